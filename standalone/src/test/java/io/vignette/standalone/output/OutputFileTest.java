package io.vignette.standalone.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFileTest {

  private static final CaptionRecord CAPTIONED =
      new CaptionRecord("a \"quoted\", b.png", "a red circle, on white", 0.987, null, null);
  private static final CaptionRecord ANSWERED =
      new CaptionRecord(
          "b.png", null, null, List.of(new QuestionAnswer("How many?", "two", 0.5)), null);
  private static final CaptionRecord FAILED =
      CaptionRecord.failed("c.png", "image.corrupt", "cut short\nafter 3 bytes");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"out.json", "out.jsonl", "out.csv"})
  void whatIsWrittenIsReadBackForSkipExisting(String name) throws OutputException {
    OutputFile output = new OutputFile(folder.resolve(name));

    write(output, CAPTIONED, ANSWERED, FAILED);

    assertThat(finished(output)).containsExactly(CAPTIONED, ANSWERED);
  }

  @Test
  void jsonIsAnArrayOfIdAndCaptionInTheGivenOrder() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));

    write(output, ANSWERED, FAILED);

    assertThat(Files.readString(output.path()))
        .isEqualTo(
            """
            [
            {"id":"b.png","answers":[{"question":"How many?","answer":"two","confidence":0.5}]},
            {"id":"c.png","error":{"code":"image.corrupt","message":"cut short\\nafter 3 bytes"}}
            ]
            """);
  }

  @Test
  void theJournalOfAKilledRunCounts() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));
    write(output, CAPTIONED);
    try (Journal journal = Journal.append(output.path())) {
      journal.add(ANSWERED);
    }
    Files.writeString(Journal.beside(output.path()), "{\"id\":\"cut", StandardOpenOption.APPEND);
    try (Journal journal = Journal.append(output.path())) {
      journal.add(new CaptionRecord("d.png", "d", 1.0, null, null));
    }

    assertThat(finished(output))
        .extracting(CaptionRecord::id)
        .containsExactlyInAnyOrder(CAPTIONED.id(), ANSWERED.id(), "d.png");
  }

  @Test
  void whatIsNotWantedDoesNotCount() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));
    write(output, CAPTIONED, ANSWERED);

    try (Journal journal = Journal.append(output.path())) {
      assertThat(EarlierRecords.positions(output, journal, record -> record.caption() == null))
          .containsOnlyKeys(ANSWERED.id());
    }
  }

  @Test
  void theJournalGivesBackWhatItTookInAnyOrder() throws Exception {
    try (Journal journal = Journal.append(folder.resolve("out.json"))) {
      long first = journal.add(CAPTIONED);
      long second = journal.add(FAILED);

      assertThat(journal.read(second)).isEqualTo(FAILED);
      long third = journal.add(ANSWERED);

      assertThat(journal.read(first)).isEqualTo(CAPTIONED);
      assertThat(journal.read(third)).isEqualTo(ANSWERED);
      assertThat(List.of(first, second, third)).doesNotContain(Journal.NOWHERE);
    }
  }

  @Test
  void aTableWithoutAnAnswerStillHasItsColumns() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.csv"));

    write(output, FAILED);

    assertThat(output.path())
        .content()
        .startsWith(
            "id,caption,confidence,\"answer: How many?\",\"confidence: How many?\",error_code,");
  }

  private static void write(OutputFile output, CaptionRecord... records) throws OutputException {
    output.write(
        List.of("How many?"),
        sink -> {
          for (CaptionRecord record : records) {
            sink.accept(record);
          }
        });
  }

  private static List<CaptionRecord> finished(OutputFile output) throws OutputException {
    List<CaptionRecord> records = new ArrayList<>();
    try (Journal journal = Journal.append(output.path())) {
      for (long position :
          EarlierRecords.positions(output, journal, record -> true).values().stream()
              .sorted()
              .toList()) {
        records.add(journal.read(position));
      }
    }
    return records;
  }

  @Test
  void aFullDiskIsSaidInWords() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "a device that is always full");
    Path link = Files.createSymbolicLink(folder.resolve("out.json.partial.jsonl"), full);

    try (Journal journal = Journal.append(folder.resolve("out.json"))) {
      assertThatThrownBy(() -> journal.add(CAPTIONED))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("out.json.partial.jsonl can't be written")
          .hasMessageContaining("No space left");
    }
    Files.delete(link);
  }

  @Test
  void anotherSuffixIsRefused() {
    assertThatThrownBy(() -> new OutputFile(folder.resolve("out.xml")))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("out.xml")
        .hasMessageContaining(".json");
  }

  @Test
  void aMissingFolderIsRefused() {
    assertThatThrownBy(() -> new OutputFile(folder.resolve("no/out.json")))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("existing folder");
  }

  @Test
  void aFileOfAnotherKindIsNotTakenForAnOutput() throws Exception {
    Path file = Files.writeString(folder.resolve("out.json"), "hello");
    OutputFile output = new OutputFile(file);

    assertThatThrownBy(() -> finished(output))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("earlier output");
  }

  @Test
  void sidecarsAreKeptUnlessOverwritten() throws Exception {
    Path picture = folder.resolve("p.png");
    Path sidecar = folder.resolve("p.txt");

    assertThat(new Sidecars(false).write(picture, CAPTIONED)).isTrue();
    assertThat(sidecar).hasContent("a red circle, on white");
    assertThat(new Sidecars(false).write(picture, ANSWERED)).isFalse();
    assertThat(sidecar).hasContent("a red circle, on white");
    assertThat(new Sidecars(true).write(picture, ANSWERED)).isTrue();
    assertThat(sidecar).hasContent("two");
    assertThat(new Sidecars(true).write(folder.resolve("q.png"), FAILED)).isTrue();
    assertThat(folder.resolve("q.txt")).doesNotExist();
  }
}
