package io.vignette.standalone.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    output.write(List.of(CAPTIONED, ANSWERED, FAILED));

    assertThat(output.finished().values()).containsExactly(CAPTIONED, ANSWERED);
  }

  @Test
  void jsonIsAnArrayOfIdAndCaptionInTheGivenOrder() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));

    output.write(List.of(ANSWERED, FAILED));

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
    output.write(List.of(CAPTIONED));
    try (Journal journal = Journal.append(output.path())) {
      journal.add(ANSWERED);
    }
    Files.writeString(Journal.beside(output.path()), "{\"id\":\"cut", StandardOpenOption.APPEND);
    try (Journal journal = Journal.append(output.path())) {
      journal.add(new CaptionRecord("d.png", "d", 1.0, null, null));
    }

    assertThat(output.finished().keySet()).containsExactly(CAPTIONED.id(), ANSWERED.id(), "d.png");
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

    assertThatThrownBy(output::finished)
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
