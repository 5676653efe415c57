package io.vignette.testkit.triton;

import static io.vignette.testkit.triton.InferenceClient.MODEL;
import static io.vignette.testkit.triton.InferenceClient.captions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.vignette.proto.inference.ModelConfigRequest;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelMetadataRequest;
import io.vignette.proto.inference.ModelReadyRequest;
import io.vignette.proto.inference.ModelStatistics;
import io.vignette.proto.inference.ModelStatisticsRequest;
import io.vignette.proto.inference.RepositoryIndexRequest;
import io.vignette.proto.inference.ServerLiveRequest;
import io.vignette.proto.inference.ServerMetadataRequest;
import io.vignette.proto.inference.ServerReadyRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeTritonTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final FakeTriton server = FakeTriton.start();
  private final FakeModel model = server.model(MODEL);
  private final InferenceClient client = new InferenceClient(server.endpoint());

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void isLiveReadyAndServing() {
    var stub = client.stub(TIMEOUT);

    assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("triton");
    byte[] health =
        ClientCalls.blockingUnaryCall(
            client.channel(), FakeHealth.check(), CallOptions.DEFAULT, new byte[0]);
    assertThat(health).containsExactly(8, 1);
  }

  @Test
  void describesTheModelsOfTheRepository() {
    var stub = client.stub(TIMEOUT);
    var metadata = stub.modelMetadata(ModelMetadataRequest.newBuilder().setName(MODEL).build());
    var config = stub.modelConfig(ModelConfigRequest.newBuilder().setName(MODEL).build());

    assertThat(metadata.getInputsList()).hasSize(4);
    assertThat(metadata.getInputs(0).getName()).isEqualTo("pixels");
    assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("UINT8");
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 224L, 224L, 3L);
    assertThat(config.getConfig().getMaxBatchSize()).isEqualTo(32);
  }

  @Test
  void answersEchoTheRequestAndHaveTheModelsShapes() {
    ModelInferResponse answer = client.infer(captions(3));

    assertThat(answer.getId()).isEqualTo("captions-3");
    assertThat(answer.getModelName()).isEqualTo(MODEL);
    assertThat(InferenceClient.longs(answer, "output_ids")).hasSize(3 * 32).containsOnly(5);
    assertThat(InferenceClient.longs(answer, "output_lengths")).containsExactly(1, 1, 1);
    assertThat(InferenceClient.floats(answer, "scores")).containsExactly(-0.5f, -0.5f, -0.5f);
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void anEnsembleCountsItsSteps() {
    client.infer(captions(3));

    for (String name : new String[] {MODEL, MODEL + "_vision_encoder", MODEL + "_llm"}) {
      ModelStatistics statistics = statistics(name);
      assertThat(statistics.getInferenceCount()).as(name).isEqualTo(3);
      assertThat(statistics.getExecutionCount()).as(name).isEqualTo(1);
    }
  }

  @Test
  void keepsNoRequestsOnceToldSo() {
    client.infer(captions(1));
    model.keepNoRequests();
    client.infer(captions(2));

    assertThat(model.requests()).hasSize(1);
    assertThat(statistics(MODEL).getInferenceCount()).isEqualTo(3);
  }

  @Test
  void queuedFaultsEndOneRequestEach() {
    model.failNext(Fault.queueFull(MODEL), Fault.deadBackend(MODEL));

    assertFails(Status.Code.UNAVAILABLE, "Exceeds maximum queue size", captions(1));
    assertFails(Status.Code.INTERNAL, "not healthy", captions(1));
    assertThat(client.infer(captions(1)).getOutputsCount()).isEqualTo(3);
    assertThat(model.requests()).hasSize(3);
  }

  @Test
  void refusesRequestsThatDoNotFit() {
    assertRefuses("unexpected shape", request -> request.getInputsBuilder(0).setShape(1, 223));
    assertRefuses("data-type", request -> request.getInputsBuilder(0).setDatatype("FP32"));
    assertRefuses("unexpected inference input", r -> r.getInputsBuilder(0).setName("picture"));
    assertRefuses("expected 4 inputs", request -> request.removeInputs(3));
    assertRefuses("byte size", request -> request.setRawInputContents(0, ByteString.EMPTY));
    assertFails(Status.Code.INVALID_ARGUMENT, "batch-size must be <= 32", captions(33));
  }

  @Test
  void unknownAndUnloadedModelsAreNotFound() {
    assertFails(
        Status.Code.NOT_FOUND,
        "unknown model",
        captions(1).toBuilder().setModelName("nobody").build());
    model.unload();
    assertFails(Status.Code.NOT_FOUND, "no available versions", captions(1));
    assertThat(isReady()).isFalse();

    model.load();

    assertThat(isReady()).isTrue();
    assertThat(client.infer(captions(1)).getOutputsCount()).isEqualTo(3);
  }

  @Test
  void heldRequestsAreAnsweredWhenReleased() throws Exception {
    model.hold();
    ListenableFuture<ModelInferResponse> answer = client.inferLater(captions(1));
    assertFailure(
        Status.Code.DEADLINE_EXCEEDED,
        "",
        () -> client.stub(Duration.ofMillis(200)).modelInfer(captions(1)));
    assertThat(answer.isDone()).isFalse();

    model.release();

    assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).getOutputsCount()).isEqualTo(3);
  }

  @Test
  void batchesFollowEachOtherAndTakeTheirTime() throws Exception {
    model.take(TimingCurve.linear(Duration.ofMillis(40), Duration.ofMillis(10)));
    long start = System.nanoTime();

    ListenableFuture<ModelInferResponse> first = client.inferLater(captions(1));
    ListenableFuture<ModelInferResponse> second = client.inferLater(captions(2));
    first.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    second.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(110));
  }

  @Test
  void answersCanBeDoctored() {
    model.doctorAnswers(Doctored.notANumber("scores"));
    assertThat(InferenceClient.floats(client.infer(captions(1)), "scores"))
        .containsExactly(Float.NaN);

    model.doctorAnswers(Doctored.everyElement("output_ids", 1_000_000));
    assertThat(InferenceClient.longs(client.infer(captions(1)), "output_ids"))
        .containsOnly(1_000_000);

    model.doctorAnswers(Doctored.shape("output_ids", 1, 7));
    assertThat(client.infer(captions(1)).getOutputs(0).getShapeList()).containsExactly(1L, 7L);

    model.doctorAnswers(Doctored.cutShort("output_ids"));
    assertThat(client.infer(captions(1)).getRawOutputContents(0).size()).isEqualTo(32 * 8 - 1);

    model.doctorAnswers(Doctored.without("output_lengths"));
    assertThat(client.infer(captions(1)).getOutputsCount()).isEqualTo(2);

    model.healAnswers();
    assertThat(client.infer(captions(1)).getOutputsCount()).isEqualTo(3);
  }

  @Test
  void theRestIsUnimplemented() {
    assertFailure(
        Status.Code.UNIMPLEMENTED,
        "",
        () -> client.stub(TIMEOUT).repositoryIndex(RepositoryIndexRequest.getDefaultInstance()));
  }

  private boolean isReady() {
    return client
        .stub(TIMEOUT)
        .modelReady(ModelReadyRequest.newBuilder().setName(MODEL).build())
        .getReady();
  }

  private ModelStatistics statistics(String name) {
    return client
        .stub(TIMEOUT)
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName(name).build())
        .getModelStats(0);
  }

  private void assertRefuses(String text, Consumer<ModelInferRequest.Builder> change) {
    ModelInferRequest.Builder request = captions(1).toBuilder();
    change.accept(request);
    assertFails(Status.Code.INVALID_ARGUMENT, text, request.build());
  }

  private void assertFails(Status.Code code, String text, ModelInferRequest request) {
    assertFailure(code, text, () -> client.infer(request));
  }

  private static void assertFailure(Status.Code code, String text, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(e.getMessage()).contains(text);
            });
  }
}
