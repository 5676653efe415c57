package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.models.Model;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.triton.TritonOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Makes a server's language model one that fails when a request asks for it, and its queue short.
 *
 * <p>A request chooses by the most tokens it asks for; no text here is as long as the least of
 * these numbers. The server joins no two batches of {@link #ROWS} rows.
 */
record FaultsOnDemand(Model model) implements TritonOptions.Doctor {
  // Kept in step with faults_on_demand.py.
  static final int SOUND = 27;
  static final int BREAKS = 28;
  static final int SLOW = 29;
  static final int NOT_A_NUMBER = 30;
  static final int NO_WORD = 31;

  /** Less than a slow inference takes, and more than any other. */
  static final Duration SHORTER_THAN_SLOW = Duration.ofSeconds(1);

  /** Waiting requests that the language model's queue holds. */
  static final int QUEUE = 2;

  static final int ROWS = 3;
  private static final int ROWS_MAX = 4;
  private static final String CONFIG = "config.pbtxt";

  private static final Path BACKEND =
      RepositoryFiles.root().resolve("docker/triton-cpu/backends/onnxruntime/model.py");
  private static final Path FAULTS =
      RepositoryFiles.root().resolve("worker/src/test/resources/triton/faults_on_demand.py");

  @Override
  public void treat(Path repository) throws IOException {
    Path version = repository.resolve(ServedModel.llm(model)).resolve("1");
    Files.copy(BACKEND, version.resolve("sound.py"));
    Files.copy(FAULTS, version.resolve("model.py"));
    changeLlm(repository, "platform: \"onnxruntime_onnx\"", "backend: \"python\"");
    changeLlm(repository, "preferred_batch_size: [ 8, 16, 32 ]", "");
    changeLlm(repository, "max_queue_size: 256", "max_queue_size: " + QUEUE);
    changeLlm(
        repository,
        "default_timeout_microseconds: 30000000",
        "default_timeout_microseconds: 800000");
    changeBoth(repository, rows(32), rows(ROWS_MAX));
  }

  /** Ensemble and language model announce an input of another shape. */
  void announceTwoLimitsARow(Path repository) throws IOException {
    changeBoth(repository, limits(1), limits(2));
  }

  void announceOneLimitARow(Path repository) throws IOException {
    changeBoth(repository, limits(2), limits(1));
  }

  private static String limits(int count) {
    return "\"max_new_tokens\" data_type: TYPE_INT64 dims: [" + count + "]";
  }

  /** Ensemble and language model take fewer than {@link #ROWS} rows. */
  void takeFewerRows(Path repository) throws IOException {
    changeBoth(repository, rows(ROWS_MAX), rows(ROWS - 1));
  }

  void takeAsManyRowsAsBefore(Path repository) throws IOException {
    changeBoth(repository, rows(ROWS - 1), rows(ROWS_MAX));
  }

  private static String rows(int most) {
    return "max_batch_size: " + most + "\n";
  }

  private void changeBoth(Path repository, String from, String to) throws IOException {
    changeLlm(repository, from, to);
    change(repository.resolve(model.name()).resolve(CONFIG), from, to);
  }

  private void changeLlm(Path repository, String from, String to) throws IOException {
    change(repository.resolve(ServedModel.llm(model)).resolve(CONFIG), from, to);
  }

  private static void change(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}
