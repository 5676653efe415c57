package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.triton.ModelContract.Described;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the engine thinks of its server, and whom it blames for a failure. */
class TritonEngineHealthTest extends TritonEngineBench {
  @Test
  void aFullQueueIsOverloadAndNoReasonToStop() throws Exception {
    connectAndWait();
    server.failBy(Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"));

    assertFails(start(item(11, prompt())), Kind.OVERLOADED);

    assertThat(engine.health().state()).isEqualTo(State.READY);
    assertThat(server.probes).hasValue(1);
  }

  @Test
  void anInternalErrorIsTheBatchsWhileAProbeWorks() throws Exception {
    connectAndWait();
    server.failBy(Status.INTERNAL.withDescription("onnxruntime execute failure"));

    assertFails(start(item(11, prompt())), Kind.BACKEND);

    assertThat(engine.health().state()).isEqualTo(State.READY);
    assertThat(server.probes).hasValue(3);
  }

  @Test
  void aDeadModelIsNotExcusedByAnotherThatWorks() throws Exception {
    connectAndWait();
    Status dead = Status.INTERNAL.withDescription("Stub process 'm_llm_0_0' is not healthy.");
    BlockingQueue<StreamObserver<ModelInferResponse>> probes = new LinkedBlockingQueue<>();
    server.probeScript = (request, answer) -> probes.add(answer);
    server.script =
        (request, answer) -> {
          if (request.getModelName().equals(ServedModel.visionEncoder(model))) {
            server.answer(request, answer, -0.25f);
          } else {
            answer.onError(dead.asRuntimeException());
          }
        };

    InferenceCall first = start(item(11, prompt(1), prompt(2)));
    StreamObserver<ModelInferResponse> probe = probes.poll(30, TimeUnit.SECONDS);
    InferenceCall second = start(item(12, prompt(1), prompt(2)));
    await().until(() -> server.inferred(ServedModel.llm(model)) == 2);
    server.failProbesBy(dead);
    probe.onError(dead.asRuntimeException());

    assertFails(first, Kind.UNAVAILABLE);
    assertFails(second, Kind.UNAVAILABLE);
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void aFullQueueMakesNoServerReady() throws Exception {
    server.failProbesBy(Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"));
    connect(Duration.ofSeconds(10), Duration.ofSeconds(1));

    await().until(() -> engine.health().detail().contains("queue size"));
    assertThat(engine.health().state()).isEqualTo(State.STARTING);

    server.answerByTheBook();
    get(engine.ready());
  }

  @Test
  void anInternalErrorIsTheServersWhenTheProbeFailsToo() throws Exception {
    connectAndWait();
    Status dead = Status.INTERNAL.withDescription("Stub process 'm_0_0' is not healthy.");
    server.failBy(dead);
    server.failProbesBy(dead);

    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);

    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
    assertThat(engine.health().detail())
        .startsWith("Triton at ")
        .endsWith("tiny-blip2: INTERNAL: Stub process 'm_0_0' is not healthy.");

    server.answerByTheBook();
    awaitState(State.READY);
    assertThat(infer(item(11, prompt(5)))).hasSize(1);
  }

  @Test
  void anInternalErrorIsNobodysWhileFullQueuesKeepProbesFromTelling() throws Exception {
    connectAndWait();
    server.failBy(Status.INTERNAL.withDescription("Stub process 'm_0_0' is not healthy."));
    server.failProbesBy(Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"));

    assertFails(start(item(11, prompt())), Kind.OVERLOADED);

    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  @Test
  void aModelReplacedByOneThatTakesFewerRowsIsNoticedWithTheFirstRefusal() throws Exception {
    connectAndWait();
    server.described.putAll(Descriptions.of(model, 1));
    server.failBy(Status.INVALID_ARGUMENT.withDescription("batch-size must be <= 1"));
    assertFails(start(item(11, prompt()), item(12, prompt())), Kind.INVALID_INPUT);

    server.answerByTheBook();
    server.inferred.clear();
    infer(item(11, prompt()), item(12, prompt()));

    assertThat(server.inferred(model.name())).isEqualTo(2);
  }

  @Test
  void aDeadBackendIsNoticedWithoutTraffic() throws Exception {
    connect(LONG, OFTEN);
    get(engine.ready());

    server.failProbesBy(Status.INTERNAL.withDescription("Stub process is not healthy."));

    awaitState(State.UNAVAILABLE);
    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);
    assertThat(server.inferred).isEmpty();
  }

  @Test
  void aProbeIsSparedWhileTrafficSucceeds() throws Exception {
    connect(LONG, Duration.ofMillis(400));
    get(engine.ready());
    Instant end = Instant.now().plusMillis(900);
    while (Instant.now().isBefore(end)) {
      infer(item(11, prompt(5)));
    }

    assertThat(server.probes).hasValue(1);
  }

  @Test
  void anUnloadedModelIsWaitedFor() throws Exception {
    connectAndWait();
    Described llm = server.described.remove(ServedModel.llm(model));
    server.failBy(Status.NOT_FOUND.withDescription("unknown model"));

    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);
    awaitDetail("tiny-blip2_llm: NOT_FOUND: Request for unknown model");
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);

    server.answerByTheBook();
    server.described.put(ServedModel.llm(model), llm);
    awaitState(State.READY);
  }

  @Test
  void aServerThatHangsIsUnavailable() throws Exception {
    Duration soon = Duration.ofMillis(100);
    connect(new TritonSettings.Timing(soon, LONG, soon, OFTEN));
    get(engine.ready());
    server.script = (request, answer) -> {};
    server.probeScript = server.script;

    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);

    assertThat(engine.health().detail()).contains("DEADLINE_EXCEEDED");
    server.answerByTheBook();
    awaitState(State.READY);
  }

  @Test
  void aServerThatIsLateGoneAndBackIsFoundAgain() throws Exception {
    int port = server.endpoint().port();
    server.close();
    connect(LONG, OFTEN);
    awaitDetail("UNAVAILABLE: io exception");
    assertThat(engine.health().state()).isEqualTo(State.STARTING);
    assertThat(engine.ready().toCompletableFuture()).isNotDone();

    server = ScriptedTriton.start(model, port);
    get(engine.ready());
    assertThat(engine.health().state()).isEqualTo(State.READY);

    server.close();
    awaitState(State.UNAVAILABLE);
    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);

    server = ScriptedTriton.start(model, port);
    awaitState(State.READY);
    assertThat(infer(item(11, prompt(5)))).hasSize(1);
  }

  @Test
  void aServerThatDiesUnderABatchIsUnavailableAtOnce() throws Exception {
    connectAndWait();
    server.script = (request, answer) -> {};
    InferenceCall call = start(item(11, prompt()));
    await().untilAsserted(() -> assertThat(server.inferred).hasSize(1));

    server.close();

    assertFails(call, Kind.UNAVAILABLE);
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void otherModelsAreNamedAndWaitedFor() throws Exception {
    Described llm = server.described.get(ServedModel.llm(model));
    server.described.put(
        ServedModel.llm(model),
        new Described(
            llm.metadata().toBuilder()
                .setOutputs(0, Descriptions.tensor(ModelTensors.OUTPUT_IDS, "INT64", -1, 20))
                .build(),
            llm.config()));
    connect(LONG, LONG);

    awaitState(State.UNAVAILABLE);
    assertThat(engine.health().detail())
        .isEqualTo(
            "Triton at %s serves other models: tiny-blip2_llm: output output_ids: server has"
                    .formatted(server.endpoint())
                + " INT64[-1, 20] (expected: INT64[-1, 32])");
    assertThat(engine.ready().toCompletableFuture()).isNotDone();

    server.described.put(ServedModel.llm(model), llm);
    get(engine.ready());
  }
}
