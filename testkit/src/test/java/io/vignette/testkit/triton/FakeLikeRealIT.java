package io.vignette.testkit.triton;

import static io.vignette.testkit.triton.InferenceClient.MODEL;
import static io.vignette.testkit.triton.InferenceClient.captions;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelConfigRequest;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelMetadataRequest;
import io.vignette.proto.inference.ModelReadyRequest;
import io.vignette.proto.inference.ModelStatisticsRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the fake server stands in for the real one, it says the same. */
@NeedsTriton
class FakeLikeRealIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String[] MODELS = {MODEL, MODEL + "_vision_encoder", MODEL + "_llm"};
  private static final TritonServer[] REAL = new TritonServer[1];

  @BeforeAll
  static void start() {
    REAL[0] = TritonServer.start(TritonOptions.bundledModels());
  }

  @AfterAll
  static void close() {
    REAL[0].close();
  }

  /** The real server's texts may go on with advice. */
  @Test
  void refusesWithTheSameStatus() {
    SoftAssertions softly = new SoftAssertions();
    try (FakeTriton fake = FakeTriton.start();
        InferenceClient toFake = new InferenceClient(fake.endpoint());
        InferenceClient toReal = new InferenceClient(REAL[0].grpcEndpoint())) {
      refusals()
          .forEach(
              (what, call) ->
                  softly
                      .assertThat(statusOf(toReal, call))
                      .as(what)
                      .startsWith(statusOf(toFake, call)));
    }
    softly.assertAll();
  }

  @Test
  void describesTheModelsAlike() {
    try (FakeTriton fake = FakeTriton.start();
        InferenceClient toFake = new InferenceClient(fake.endpoint());
        InferenceClient toReal = new InferenceClient(REAL[0].grpcEndpoint())) {
      for (String model : MODELS) {
        assertThat(metadata(toFake, model)).isEqualTo(metadata(toReal, model));
        assertThat(tensors(toFake, model)).isEqualTo(tensors(toReal, model));
      }
    }
  }

  private static Map<String, Function<GRPCInferenceServiceBlockingStub, Object>> refusals() {
    Map<String, Function<GRPCInferenceServiceBlockingStub, Object>> calls = new LinkedHashMap<>();
    calls.put("batch too large", infer(captions(33)));
    calls.put("unknown model", infer(captions(1).toBuilder().setModelName("nobody").build()));
    ModelInferRequest.Builder shape = captions(1).toBuilder();
    shape.getInputsBuilder(0).setShape(1, 223);
    calls.put("wrong shape", infer(shape.build()));
    ModelInferRequest.Builder type = captions(1).toBuilder();
    type.getInputsBuilder(0).setDatatype("INT8");
    calls.put("wrong data type", infer(type.build()));
    ModelInferRequest.Builder name = captions(1).toBuilder();
    name.getInputsBuilder(0).setName("picture");
    calls.put("wrong name", infer(name.build()));
    calls.put(
        "missing input",
        infer(
            captions(1).toBuilder()
                .removeInputs(3)
                .clearRawInputContents()
                .addAllRawInputContents(captions(1).getRawInputContentsList().subList(0, 3))
                .build()));
    calls.put(
        "missing bytes",
        infer(captions(1).toBuilder().setRawInputContents(0, ByteString.EMPTY).build()));
    calls.put(
        "unknown model's readiness",
        stub -> stub.modelReady(ModelReadyRequest.newBuilder().setName("nobody").build()));
    calls.put(
        "unknown model's metadata",
        stub -> stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("nobody").build()));
    calls.put(
        "unknown model's statistics",
        stub ->
            stub.modelStatistics(ModelStatisticsRequest.newBuilder().setName("nobody").build()));
    return calls;
  }

  private static Function<GRPCInferenceServiceBlockingStub, Object> infer(
      ModelInferRequest request) {
    return stub -> stub.modelInfer(request);
  }

  private static String statusOf(
      InferenceClient client, Function<GRPCInferenceServiceBlockingStub, Object> call) {
    try {
      return "answered: " + call.apply(client.stub(TIMEOUT)) + ".";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }

  /** The order of tensors is the server's own affair. */
  private static Set<String> metadata(InferenceClient client, String model) {
    var metadata =
        client
            .stub(TIMEOUT)
            .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build());
    Set<String> lines = new TreeSet<>();
    lines.add(metadata.getName() + metadata.getVersionsList() + metadata.getPlatform());
    metadata.getInputsList().forEach(tensor -> lines.add("input " + tensor));
    metadata.getOutputsList().forEach(tensor -> lines.add("output " + tensor));
    return lines;
  }

  private static Set<String> tensors(InferenceClient client, String model) {
    ModelConfig config =
        client
            .stub(TIMEOUT)
            .modelConfig(ModelConfigRequest.newBuilder().setName(model).build())
            .getConfig();
    Set<String> lines = new TreeSet<>();
    lines.add(config.getName() + " " + config.getMaxBatchSize() + " " + config.getPlatform());
    config.getInputList().forEach(input -> lines.add("input " + plain(input.toString())));
    config.getOutputList().forEach(output -> lines.add("output " + plain(output.toString())));
    return lines;
  }

  /** Without fields that this repository's protocol files leave out. */
  private static String plain(String text) {
    return text.lines()
        .filter(line -> line.matches("(name|data_type|dims|optional):.*"))
        .toList()
        .toString();
  }
}
