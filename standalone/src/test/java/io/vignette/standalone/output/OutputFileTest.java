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
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFileTest {

  private static final CaptionRecord CAPTIONED =
      new CaptionRecord("a \"quoted\", b.png", "a red circle, on white", 0.987, false, null, null);
  private static final CaptionRecord ANSWERED =
      new CaptionRecord(
          "b.png",
          null,
          null,
          false,
          List.of(new QuestionAnswer("How many?", "two", 0.5, true)),
          null);
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
            {"id":"b.png","answers":[%s]},
            {"id":"c.png","error":{"code":"image.corrupt","message":"cut short\\nafter 3 bytes"}}
            ]
            """
                .formatted(
                    "{\"question\":\"How many?\",\"answer\":\"two\",\"confidence\":0.5,"
                        + "\"low_confidence\":true}"));
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
      journal.add(new CaptionRecord("d.png", "d", 1.0, true, null, null));
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
      Set<String> ids = Set.of(CAPTIONED.id(), ANSWERED.id());
      assertThat(
              EarlierRecords.read(output, journal, ids, record -> record.caption() == null)
                  .positions())
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
  void aJournalWhoseFirstRecordLiesAtItsVeryBeginningCountsWhole() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));
    Files.writeString(
        Journal.beside(output.path()), Json.WRITER.writeValueAsString(ANSWERED) + "\n");

    try (Journal journal = Journal.append(output.path())) {
      long position =
          EarlierRecords.read(output, journal, Set.of(ANSWERED.id()), record -> true)
              .positions()
              .getOrDefault(ANSWERED.id(), Journal.NOWHERE);

      assertThat(position).isZero().isNotEqualTo(Journal.NOWHERE);
      assertThat(journal.read(position)).isEqualTo(ANSWERED);
    }
  }

  @Test
  void aFailureLeavesTheEarlierOutputAndNoDraft() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));
    write(output, CAPTIONED);
    String before = Files.readString(output.path());

    assertThatThrownBy(
            () ->
                output.write(
                    List.of(),
                    sink -> {
                      sink.accept(ANSWERED);
                      throw new OutputException("journal: can't be read");
                    }))
        .hasMessageContaining("journal: can't be read");

    assertThat(output.path()).hasContent(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(output.path());
    }
  }

  @Test
  void aTableWithoutAnAnswerStillHasItsColumns() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.csv"));

    write(output, FAILED);

    assertThat(output.path())
        .content()
        .startsWith(
            "id,caption,confidence,low_confidence,\"answer: How many?\","
                + "\"confidence: How many?\",\"low_confidence: How many?\",error_code,");
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
    Set<String> ids = Set.of(CAPTIONED.id(), ANSWERED.id(), FAILED.id(), "d.png");
    try (Journal journal = Journal.append(output.path())) {
      for (long position :
          EarlierRecords.read(output, journal, ids, record -> true).positions().values()) {
        records.add(journal.read(position));
      }
    }
    return records;
  }

  @Test
  void aFullDiskIsSaidInWords() throws Exception {
    Path full = Path.of("/dev/full");
    if (System.getenv("VIGNETTE_SKIP_NOTHING") == null) {
      assumeTrue(Files.isWritable(full), "a device that is always full");
    }
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"\\ud800\",\"caption\":\"c\"}",
        "{\"id\":\"a\",\"caption\":\"c \\udc00\"}"
      })
  void halfASurrogatePairIsRefusedWhenItIsRead(String record) throws Exception {
    OutputFile output = new OutputFile(Files.writeString(folder.resolve("out.jsonl"), record));

    assertThatThrownBy(() -> finished(output))
        .isInstanceOf(OutputException.class)
        .hasMessage(
            "output: %s can't be read as an earlier output: half a surrogate pair"
                    .formatted(output.path())
                + " (expected: texts that UTF-8 can write)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"caption\":\"c\"}]", "[{\"id\":null,\"caption\":\"c\"}]"})
  void aRecordWithoutIdIsRefused(String text) throws Exception {
    OutputFile output = new OutputFile(Files.writeString(folder.resolve("out.json"), text));
    Files.writeString(Journal.beside(output.path()), "null\n{\"caption\":\"c\"}\n");

    assertThatThrownBy(() -> finished(output))
        .isInstanceOf(OutputException.class)
        .hasMessageEndingWith("a record without id (expected: one in each)");
  }

  @Test
  void halfASurrogatePairInTheJournalCountsAsCutShort() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));
    Files.writeString(
        Journal.beside(output.path()), "{\"id\":\"d.png\",\"caption\":\"\\ud800\"}\n");

    assertThat(finished(output)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"id\":\"a\",\"answers\":\"c\"}]|answers: a value of another kind (expected: a list)",
        "[{\"id\":\"a\",\"id\":\"b\"}]|Duplicate field 'id'",
        "[{\"id\":\"a\",\"confidence\":\"high\"}]|confidence: a value of another kind (expected: a number)",
        "[{\"id\":{}}]|id: a value of another kind (expected: a text)",
        "[3]|a value of another kind (expected: an object)"
      })
  void whatIsNoRecordIsSaidInWords(String text, String problem) throws Exception {
    OutputFile output = new OutputFile(Files.writeString(folder.resolve("out.json"), text));

    assertThatThrownBy(() -> finished(output))
        .isInstanceOf(OutputException.class)
        .hasMessageEndingWith(problem)
        .message()
        .doesNotContain("io.vignette", "java.", "\n");
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
