package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.State;
import io.vignette.standalone.RunningProgram.Ended;
import io.vignette.testkit.BadPictures;
import io.vignette.testkit.Pictures;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.ResultsReader;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code vignette caption} as a process, with everything real. */
class CaptionProgramIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void theSamplesGetTheirCaptionsInEveryFormat() throws Exception {
    Ended ended = caption(RepositoryFiles.samples().toString());

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode expected = golden();
    List<JsonNode> records = records("captions.json");
    assertThat(records).hasSize(expected.size());
    for (JsonNode record : records) {
      assertThat(record.path("caption").asText())
          .as(record.path("id").asText())
          .isEqualTo(expected.path(record.path("id").asText()).path("caption").asText());
    }
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("knows drawn scenes only").contains("captioned");
  }

  /** ONNX Runtime reads the command line when it starts. */
  @Test
  void manyPicturesCanBeNamedOneByOne() throws Exception {
    new Pictures(3).writeMixed(folder, 40, 64, 48);
    String theSameFolder = "./".repeat(1900);
    String[] arguments =
        Stream.concat(
                Stream.of("caption"), names(folder).map(name -> theSameFolder + name).sorted())
            .toArray(String[]::new);

    Ended ended = RunningProgram.run(folder, arguments);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(records("captions.json")).hasSize(40);
  }

  @Test
  void severalQuestionsAreAnsweredInOrder() throws Exception {
    JsonNode sample = golden().path("blue-star-above-orange-square.png");
    Map.Entry<String, JsonNode> first = sample.path("answers").properties().iterator().next();

    Ended ended =
        caption(
            RepositoryFiles.samples().resolve("blue-star-above-orange-square.png").toString(),
            "--question",
            first.getKey(),
            "--question",
            "how many shapes are there?",
            "--out",
            "answers.jsonl");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode record = JSON.readTree(Files.readString(folder.resolve("answers.jsonl")));
    assertThat(record.has("caption")).isFalse();
    JsonNode answers = record.path("answers");
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).path("question").asText()).isEqualTo(first.getKey());
    assertThat(answers.get(0).path("answer").asText()).isEqualTo(first.getValue().asText());
    assertThat(answers.get(1).path("answer").asText()).isEqualTo("two");
  }

  @Test
  void anEarlierOutputIsKeptOnlyWhereItAnswersWhatIsAsked() throws Exception {
    String sample =
        RepositoryFiles.samples().resolve("blue-star-above-orange-square.png").toString();
    assertThat(caption(sample, "--out", "c.csv").exitCode()).isZero();

    Ended again =
        caption(
            sample,
            "--out",
            "c.csv",
            "--skip-existing",
            "--question",
            "how many shapes are there?");

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("kept from before");
    assertThat(folder.resolve("c.csv")).content().contains("how many shapes").contains("two");
  }

  @Test
  void doctorFindsEverythingInOrder() throws Exception {
    Ended doctor = RunningProgram.run(folder, "doctor", "--port", "0");

    assertThat(doctor.exitCode()).as(doctor.out()).isZero();
    assertThat(doctor.out()).contains("engine   ok").contains("models   ok");
  }

  @Test
  void doctorSaysWhatMakesJpegsFaster() throws Exception {
    List<String> withoutLibrary = List.of("-Dvignette.images.turbojpeg=off");
    Ended doctor = RunningProgram.run(folder, withoutLibrary, "doctor", "--port", "0");

    assertThat(doctor.exitCode()).as(doctor.out()).isZero();
    assertThat(doctor.out()).contains("jpeg     SLOW   ").contains("libturbojpeg0");
  }

  @Test
  void benchSaysWhatIsReachedAndWhatBoundsIt() throws Exception {
    Ended bench =
        RunningProgram.run(
            folder,
            "bench",
            RepositoryFiles.samples().toString(),
            "--images",
            "100",
            "--seconds",
            "1",
            "--report",
            "report");

    assertThat(bench.exitCode()).as(bench.err()).isZero();
    assertThat(bench.out())
        .contains("engine alone")
        .containsPattern("share of the limit +[1-9]")
        .contains("bounded by ");
    assertThat(folder.resolve("report/bench.md")).isNotEmptyFile();
    assertThat(folder.resolve("report/bench.svg")).isNotEmptyFile();
  }

  @Test
  void badPicturesCostOnlyThemselvesAndEachJobHasOneResult() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    List<Path> good = new Pictures(7).writeMixed(pictures, 1900, 64, 48);
    Map<Path, Reason> bad = BadPictures.write(pictures, 100, good.getFirst());
    Path data = folder.resolve("data");

    Ended ended = caption("pictures", "--data-dir", data.toString());

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    Map<String, String> found = new HashMap<>();
    for (JsonNode record : records("captions.json")) {
      found.put(record.path("id").asText(), record.path("error").path("code").asText());
      assertThat(record.has("caption")).isNotEqualTo(record.has("error"));
    }
    Map<String, String> expected = new HashMap<>();
    good.forEach(file -> expected.put(file.getFileName().toString(), ""));
    bad.forEach((file, reason) -> expected.put(file.getFileName().toString(), reason.code()));
    assertThat(found).isEqualTo(expected);
    assertThat(ended.err()).doesNotContain("Exception").doesNotContain("\tat ");
    assertOneResultEach(data, 1900, 100);
  }

  private static void assertOneResultEach(Path data, int succeeded, int failed) {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(data.resolve("kafka")))) {
      broker.ready().toCompletableFuture().join();
      List<CaptionResult> results =
          ResultsReader.readAll(broker.bootstrapServers(), Topics.standard());
      assertThat(results.stream().map(CaptionResult::getJobId)).doesNotHaveDuplicates();
      assertThat(results.stream().filter(result -> result.getState() == State.SUCCEEDED))
          .hasSize(succeeded);
      assertThat(results.stream().filter(result -> result.getState() == State.FAILED))
          .hasSize(failed);
    }
  }

  @Test
  void aKilledRunGoesOnToTheSameFile() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    new Pictures(8).writeMixed(pictures, 400, 64, 48);
    Ended whole = caption("pictures", "--out", "whole.json");
    assertThat(whole.exitCode()).as(whole.err()).isZero();

    Path journal = folder.resolve("captions.json.partial.jsonl");
    try (RunningProgram killed = RunningProgram.start(folder, "caption", "pictures")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> lines(journal) > 200);
      killed.process().destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("captions.json")).doesNotExist();
    Ended refused = caption("pictures");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--skip-existing");

    Ended resumed = caption("pictures", "--skip-existing");

    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("kept from before");
    assertThat(folder.resolve("captions.json"))
        .hasSameTextualContentAs(folder.resolve("whole.json"));
    assertThat(journal).doesNotExist();
  }

  @Test
  void aRunThatIsTerminatedWhileItReadsItsListEndsAtOnce() throws Exception {
    try (RunningProgram program = RunningProgram.start(folder, "caption", "-")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions() // Until the process is a JVM.
          .until(() -> program.jcmd("Thread.print").contains("ImageInputs"));

      assertTerminates(program);
    }
  }

  @Test
  void aRunThatIsTerminatedWhileTheSystemStartsEndsInOrder() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    new Pictures(9).writeMixed(pictures, 2000, 64, 48);
    Path scratch = Files.createDirectories(folder.resolve("scratch"));

    try (RunningProgram program =
        RunningProgram.start(
            folder, List.of("-Djava.io.tmpdir=" + scratch), "caption", "pictures")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> names(scratch).anyMatch(name -> name.startsWith("vignette-run-")));

      assertTerminates(program);
      assertThat(program.err()).contains("--skip-existing");
    }
    assertThat(names(scratch)).noneMatch(name -> name.startsWith("vignette-run-"));
  }

  private static void assertTerminates(RunningProgram program) throws Exception {
    program.process().destroy();
    assertThat(program.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(program.process().exitValue()).isEqualTo(143);
  }

  private static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  @Test
  void aTerminatedRunWritesWhatIsFinishedAndSaysHowToGoOn() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    new Pictures(9).writeMixed(pictures, 400, 64, 48);
    Path journal = folder.resolve("captions.json.partial.jsonl");

    try (RunningProgram program = RunningProgram.start(folder, "caption", "pictures")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> lines(journal) > 50);
      program.process().destroy();
      assertThat(program.process().waitFor()).isEqualTo(143);
      assertThat(program.err()).contains("vignette: stopping", "--skip-existing");
    }
    assertThat(records("captions.json")).hasSizeBetween(50, 399);
    assertThat(journal).doesNotExist();
  }

  @Test
  void anOutputThatCantBeWrittenLosesNothing() throws Exception {
    String samples = RepositoryFiles.samples().toString();
    Path inTheWay = Files.createDirectories(folder.resolve(".captions.json.draft/folder"));

    Ended ended = caption(samples, "--log-file", "run.log");

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(folder.resolve("run.log")).isRegularFile();
    assertThat(ended.err())
        .contains("captions.json can't be written")
        .contains("captions.json.partial.jsonl")
        .contains("--skip-existing")
        .doesNotContain("\tat ");
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());

    Ended resumed = caption(samples, "--skip-existing");

    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).containsPattern("kept from before +12");
    assertThat(records("captions.json")).hasSize(12);
  }

  @Test
  void captionsAreKeptWhereOnlyTheSummaryCantBeWritten() throws Exception {
    String sample =
        RepositoryFiles.samples().resolve("blue-star-above-orange-square.png").toString();

    Ended ended = caption(sample, "--json-summary", "/dev/full");

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .contains("--json-summary: /dev/full can't be written")
        .contains("captions are in captions.json")
        .doesNotContain("--skip-existing");
    assertThat(records("captions.json")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c.json", "c.jsonl", "c.csv"})
  void anotherFoldersCaptionsStayInTheOutput(String out) throws Exception {
    Path sample = RepositoryFiles.samples().resolve("blue-star-above-orange-square.png");
    Files.copy(sample, Files.createDirectories(folder.resolve("a")).resolve("of-a.png"));
    Files.copy(sample, Files.createDirectories(folder.resolve("b")).resolve("of-b.png"));
    assertThat(caption("a", "--out", out, "--question", "how many shapes are there?").exitCode())
        .isZero();

    Ended other = caption("b", "--out", out, "--skip-existing");

    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(folder.resolve(out))
        .content()
        .contains("of-b.png", "small blue star")
        .containsSubsequence("of-a.png", "two", "of-b.png");
  }

  @Test
  void aDataFolderOfOtherPartitionsIsRefusedWithWhatToDo() throws Exception {
    String sample =
        RepositoryFiles.samples().resolve("blue-star-above-orange-square.png").toString();
    String twelve = "-Dvignette.topics.event-partitions=12";
    String[] arguments = {"caption", sample, "--data-dir", "data", "--overwrite"};
    Ended old = RunningProgram.run(folder, List.of(twelve), arguments);
    assertThat(old.exitCode()).as(old.err()).isZero();

    Ended refused = RunningProgram.run(folder, arguments);

    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err())
        .contains("data folder: " + folder.resolve("data"))
        .contains("12 partitions")
        .contains("VIGNETTE_JAVA_OPTS=-Dvignette.topics.event-partitions=");
    Ended goesOn = RunningProgram.run(folder, List.of(twelve), arguments);
    assertThat(goesOn.exitCode()).as(goesOn.err()).isZero();
  }

  @Test
  void aDataFolderThatIsAFileIsRefused() throws Exception {
    Files.writeString(folder.resolve("data"), "");

    Ended ended = caption(RepositoryFiles.samples().toString(), "--data-dir", "data");

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains("data folder").contains("data").doesNotContain("\tat ");
  }

  @Test
  void noFileStaysInTheTemporaryFolder() throws Exception {
    Path temp = Files.createDirectories(folder.resolve("temp"));

    Ended ended =
        RunningProgram.run(
            folder,
            List.of("-Djava.io.tmpdir=" + temp),
            "caption",
            RepositoryFiles.samples().toString());

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    try (Stream<Path> left = Files.walk(temp)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void wrongUseIsRefusedBeforeAnythingStarts() throws Exception {
    String sample = RepositoryFiles.samples().toString();
    assertUsage("image.not_found", "nowhere");
    assertUsage("prompt.missing", sample, "--question", " ");
    assertUsage("prompt.too_long", sample, "--prompt", "x".repeat(100_000));
    assertUsage("model.unknown", sample, "--model", "gpt-9");
    assertUsage("generation.too_long", sample, "--max-new-tokens", "1000");
    assertUsage("generation.unsupported", sample, "--max-new-tokens", "0");
    assertUsage(".json", sample, "--out", "captions.xml");
    assertUsage("--sampling", sample, "--sampling", "0.7");
    assertUsage("--log-file", sample, "--log-file", "nowhere/run.log");
    assertUsage("--log", sample, "--log", "loud");
    assertUsage("--json-summary: nowhere/run.json", sample, "--json-summary", "nowhere/run.json");
  }

  private void assertUsage(String expected, String... arguments) throws Exception {
    Ended ended = caption(arguments);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains(expected).doesNotContain("\tat ");
    assertThat(folder.resolve("captions.json")).doesNotExist();
  }

  private Ended caption(String... arguments) throws IOException, InterruptedException {
    return RunningProgram.run(
        folder, Stream.concat(Stream.of("caption"), Stream.of(arguments)).toArray(String[]::new));
  }

  private List<JsonNode> records(String name) throws IOException {
    JsonNode array = JSON.readTree(folder.resolve(name).toFile());
    return array.valueStream().toList();
  }

  private static JsonNode golden() throws IOException {
    return JSON.readTree(RepositoryFiles.golden().resolve("samples_expected.json").toFile());
  }

  private static long lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }
}
