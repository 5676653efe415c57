package io.vignette.testkit.triton;

import static io.vignette.testkit.triton.InferenceClient.MODEL;
import static io.vignette.testkit.triton.InferenceClient.captions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelStatistics;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real server can be made to fail in all the ways that workers must survive, and heals. */
@NeedsTriton
class TritonServerIT {

  private static final String ENCODER = MODEL + "_vision_encoder";
  private static final String LLM = MODEL + "_llm";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(700);

  private static final TritonServer[] SERVER = new TritonServer[1];

  private TritonServer server;
  private InferenceClient client;

  @BeforeAll
  static void start() {
    SERVER[0] = TritonServer.start(TritonOptions.bundledModels().loadingOnly(MODEL).threads(1));
  }

  @AfterAll
  static void close() {
    SERVER[0].close();
  }

  @BeforeEach
  void connect() {
    server = SERVER[0];
    client = new InferenceClient(server.grpcEndpoint());
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void captionsThroughTheEnsembleAndCountsEachStep() {
    long before = server.statistics(ENCODER).getInferenceCount();

    ModelInferResponse answer = client.infer(captions(2));

    assertThat(answer.getId()).isEqualTo("captions-2");
    assertThat(InferenceClient.longs(answer, "output_ids")).hasSize(2 * 32);
    assertThat(InferenceClient.longs(answer, "output_lengths")).hasSize(2);
    assertThat(InferenceClient.floats(answer, "scores")).hasSize(2);
    assertThat(server.statistics(ENCODER).getInferenceCount()).isEqualTo(before + 2);
    assertThat(server.metricsText()).contains("nv_inference_count{model=\"" + LLM + "\"");
  }

  @Test
  void aBatchAnswersEachRowAsAlone() {
    ModelInferRequest both = captions(2);
    ModelInferResponse together = client.infer(both);

    for (int row = 0; row < 2; row++) {
      ModelInferResponse alone = client.infer(row(both, row));
      assertThat(InferenceClient.longs(alone, "output_ids"))
          .isEqualTo(
              Arrays.copyOfRange(
                  InferenceClient.longs(together, "output_ids"), row * 32, row * 32 + 32));
    }
  }

  @Test
  void joinsTheRequestsOfTwoClientsToBatches() throws Exception {
    ModelStatistics before = server.statistics(LLM);
    int requests = 24;
    List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();

    try (InferenceClient other = new InferenceClient(server.grpcEndpoint())) {
      for (int i = 0; i < requests; i++) {
        answers.add(client.inferLater(captions(1)));
        answers.add(other.inferLater(captions(1)));
      }
      Futures.allAsList(answers).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    ModelStatistics after = server.statistics(LLM);
    long rows = after.getInferenceCount() - before.getInferenceCount();
    long batches = after.getExecutionCount() - before.getExecutionCount();
    assertThat(rows).isEqualTo(2 * requests);
    assertThat(batches).as("executions for %d rows", rows).isLessThan(rows);
  }

  @Test
  void refusesWhatDoesNotFitAndGoesOn() {
    assertFails(Status.Code.INVALID_ARGUMENT, "batch", () -> client.infer(captions(33)));
    assertFails(
        Status.Code.INVALID_ARGUMENT,
        "pixels",
        () ->
            client.infer(
                captions(1).toBuilder()
                    .setRawInputContents(0, ByteString.copyFrom(new byte[3]))
                    .build()));
    assertFails(
        Status.Code.INVALID_ARGUMENT,
        "shape",
        () ->
            client.infer(
                captions(1).toBuilder()
                    .setInputs(0, captions(1).getInputs(0).toBuilder().setShape(1, 223))
                    .build()));
    assertFails(
        Status.Code.NOT_FOUND,
        "nobody",
        () -> client.infer(captions(1).toBuilder().setModelName("nobody").build()));

    assertAnswers();
  }

  @Test
  void killedAndRestartedAnswersOnTheSamePort() {
    String endpoint = server.grpcEndpoint();
    server.kill();
    assertFails(Status.Code.UNAVAILABLE, "", () -> client.infer(captions(1)));

    server.restart();

    assertThat(server.grpcEndpoint()).isEqualTo(endpoint);
    await().atMost(PATIENCE).untilAsserted(this::assertAnswers);
  }

  @Test
  void stoppedAnswersNothingAndContinuedAnswersAgain() {
    assertAnswers();
    server.pause();
    try {
      assertFails(
          Status.Code.DEADLINE_EXCEEDED, "", () -> client.stub(SHORT).modelInfer(captions(1)));
    } finally {
      server.resume();
    }

    await().atMost(PATIENCE).untilAsserted(this::assertAnswers);
  }

  @Test
  void unloadedIsNotFoundAndLoadedAnswersAgain() {
    server.unload(MODEL);
    assertFails(Status.Code.NOT_FOUND, MODEL, () -> client.infer(captions(1)));

    server.load(MODEL);

    assertAnswers();
  }

  @Test
  void aKilledBackendFailsWhileReadyUntilTheModelIsLoadedAgain() {
    server.killBackend(LLM);
    assertFails(Status.Code.INTERNAL, "not healthy", () -> client.infer(captions(1)));
    assertThat(server.isReady(LLM)).isTrue();

    server.unload(MODEL);
    server.load(MODEL);

    assertAnswers();
  }

  @Test
  void aModelThatDoesNotLoadIsReportedWithTheLog() {
    TritonOptions broken =
        TritonOptions.bundledModels()
            .doctoredBy(
                models -> {
                  var config = models.resolve(LLM).resolve("config.pbtxt");
                  String text = Files.readString(config);
                  Files.writeString(config, text.replace("dims: [16, 128]", "dims: [17, 128]"));
                });

    assertThatThrownBy(() -> TritonServer.start(broken))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[-1, 17, 128] (expected by the graph: [-1, 16, 128])");
  }

  private void assertAnswers() {
    assertThatCode(() -> client.infer(captions(1))).doesNotThrowAnyException();
  }

  private static void assertFails(Status.Code code, String text, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(e.getMessage()).contains(text);
            });
  }

  private static ModelInferRequest row(ModelInferRequest request, int row) {
    ModelInferRequest.Builder one = request.toBuilder();
    for (int i = 0; i < request.getInputsCount(); i++) {
      long rows = request.getInputs(i).getShape(0);
      ByteString raw = request.getRawInputContents(i);
      int size = Math.toIntExact(raw.size() / rows);
      one.setInputs(i, request.getInputs(i).toBuilder().setShape(0, 1))
          .setRawInputContents(i, raw.substring(row * size, (row + 1) * size));
    }
    return one.build();
  }
}
