package io.vignette.standalone.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run with --skip-existing keeps of pictures that are not its own. */
class EarlierRecordsTest {

  private static final CaptionRecord ANSWERED =
      new CaptionRecord(
          "a/1.png",
          null,
          null,
          false,
          List.of(new QuestionAnswer("How many?", "two", 0.5, false)),
          null);
  private static final CaptionRecord FAILED =
      CaptionRecord.failed("a/2.png", "image.corrupt", "cut short");
  private static final CaptionRecord OLD = captioned("b/1.png", "an old caption");
  private static final CaptionRecord CAPTIONED = captioned("a/3.png", "a red circle");
  private static final CaptionRecord NEW = captioned("b/2.png", "a new caption");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"out.json", "out.jsonl", "out.csv"})
  void otherPicturesStayAsTheyWereBeforeThisRunsOwn(String name) throws Exception {
    OutputFile output = new OutputFile(folder.resolve(name));
    output.write(List.of("How many?"), all(ANSWERED, FAILED, OLD, CAPTIONED));

    runOverB(output);

    assertThat(all(output)).containsExactly(ANSWERED, FAILED, CAPTIONED, OLD, NEW);
    String once = Files.readString(output.path());
    runOverB(output);
    assertThat(output.path()).hasContent(once);
  }

  /** A run over b/1.png and b/2.png that asks for captions, with --skip-existing. */
  private static void runOverB(OutputFile output) throws OutputException {
    try (Journal journal = Journal.append(output.path())) {
      EarlierRecords earlier =
          EarlierRecords.read(
              output, journal, Set.of(OLD.id(), NEW.id()), record -> record.caption() != null);
      assertThat(earlier.positions()).containsKey(OLD.id());
      output.write(
          earlier.questionsWith(List.of()),
          sink -> {
            earlier.forEachOther(sink);
            sink.accept(OLD);
            sink.accept(NEW);
          });
      journal.remove();
    }
  }

  @Test
  void theJournalOfAnotherFoldersKilledRunIsKeptBehindTheOutput() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.json"));
    CaptionRecord again = captioned(CAPTIONED.id(), "a better caption");
    output.write(List.of(), all(CAPTIONED, FAILED));
    try (Journal journal = Journal.append(output.path())) {
      journal.add(captioned("a/0.png", "only in the journal"));
      journal.add(CaptionRecord.failed("a/4.png", "internal", "to be done again"));
      journal.add(again);
    }

    List<CaptionRecord> others = new ArrayList<>();
    try (Journal journal = Journal.append(output.path())) {
      EarlierRecords.read(output, journal, Set.of(NEW.id()), record -> true)
          .forEachOther(others::add);
    }

    assertThat(others).containsExactly(again, FAILED, captioned("a/0.png", "only in the journal"));
  }

  @Test
  void theQuestionsOfThisRunComeFirst() throws Exception {
    OutputFile output = new OutputFile(folder.resolve("out.csv"));
    output.write(List.of("How many?"), all(ANSWERED));

    try (Journal journal = Journal.append(output.path())) {
      EarlierRecords earlier =
          EarlierRecords.read(output, journal, Set.of(NEW.id()), record -> true);

      assertThat(earlier.questionsWith(List.of("What?"))).containsExactly("What?", "How many?");
    }
  }

  private static CaptionRecord captioned(String id, String caption) {
    return new CaptionRecord(id, caption, 0.5, false, null, null);
  }

  private static RecordSource all(CaptionRecord... records) {
    return sink -> {
      for (CaptionRecord record : records) {
        sink.accept(record);
      }
    };
  }

  private static List<CaptionRecord> all(OutputFile output) throws OutputException {
    List<CaptionRecord> records = new ArrayList<>();
    output.forEachExisting(records::add);
    return records;
  }
}
