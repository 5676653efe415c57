package io.vignette.worker.engine.triton;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.vignette.proto.inference.ModelConfigRequest;
import io.vignette.proto.inference.ModelConfigResponse;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelMetadataRequest;
import io.vignette.proto.inference.ModelMetadataResponse;
import io.vignette.worker.engine.triton.ModelContract.Described;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers by the book until told otherwise.
 *
 * <p>An answer's first token is the first byte of the picture, its second the last token of the
 * prompt, so that mixed-up rows show. Probes (all pixels 0, one token asked for) are told apart.
 */
final class ScriptedTriton implements AutoCloseable {
  /** What happens to an inference instead of an answer. */
  interface Script {
    void infer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer);
  }

  final Map<String, Described> described = new ConcurrentHashMap<>();
  final List<ModelInferRequest> inferred = new CopyOnWriteArrayList<>();
  final AtomicInteger probes = new AtomicInteger();
  final AtomicInteger cancelled = new AtomicInteger();
  volatile Script script = this::answerByTheBook;
  volatile Script probeScript = this::answerByTheBook;

  private final Model model;
  private final Server server;
  private final Endpoint endpoint;

  private ScriptedTriton(Model model, int port) throws IOException {
    this.model = model;
    described.putAll(Descriptions.of(model, model.maxBatchSize()));
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .addService(new Service())
            .build()
            .start();
    endpoint = new Endpoint(InetAddress.getLoopbackAddress().getHostAddress(), server.getPort());
  }

  static ScriptedTriton start(Model model) throws IOException {
    return new ScriptedTriton(model, 0);
  }

  static ScriptedTriton start(Model model, int port) throws IOException {
    return new ScriptedTriton(model, port);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  long inferred(String modelName) {
    return inferred.stream().filter(request -> request.getModelName().equals(modelName)).count();
  }

  void failBy(Status status) {
    script = (request, answer) -> answer.onError(status.asRuntimeException());
  }

  void failProbesBy(Status status) {
    probeScript = (request, answer) -> answer.onError(status.asRuntimeException());
  }

  void answerByTheBook() {
    script = this::answerByTheBook;
    probeScript = this::answerByTheBook;
  }

  private void answerByTheBook(
      ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
    answer(request, answer, -0.25f);
  }

  void answer(
      ModelInferRequest request, StreamObserver<ModelInferResponse> answer, float firstScore) {
    boolean encodes = request.getModelName().equals(ServedModel.visionEncoder(model));
    answer.onNext(encodes ? features(request) : texts(request, firstScore));
    answer.onCompleted();
  }

  private ModelInferResponse features(ModelInferRequest request) {
    ByteBuffer pixels = raw(request, ModelTensors.PIXELS);
    int pictures = pixels.remaining() / model.imageBytes();
    ByteBuffer features = buffer(pictures * 16 * 128 * Float.BYTES);
    for (int picture = 0; picture < pictures; picture++) {
      features.putFloat(
          picture * 16 * 128 * Float.BYTES, pixels.get(picture * model.imageBytes()) & 0xff);
    }
    return response(request)
        .addOutputs(output(ModelTensors.IMAGE_FEATURES, "FP32", pictures, 16, 128))
        .addRawOutputContents(ByteString.copyFrom(features))
        .build();
  }

  private ModelInferResponse texts(ModelInferRequest request, float firstScore) {
    ByteBuffer prompts = raw(request, ModelTensors.INPUT_IDS);
    int rows = raw(request, ModelTensors.MAX_NEW_TOKENS).remaining() / Long.BYTES;
    int promptBytes = prompts.remaining() / rows;
    ByteBuffer ids = buffer(rows * model.maxNewTokens() * Long.BYTES);
    ByteBuffer lengths = buffer(rows * Long.BYTES);
    ByteBuffer scores = buffer(rows * Float.BYTES);
    for (int row = 0; row < rows; row++) {
      int at = row * model.maxNewTokens() * Long.BYTES;
      ids.putLong(at, firstByte(request, row));
      ids.putLong(at + Long.BYTES, prompts.getLong((row + 1) * promptBytes - Long.BYTES));
      lengths.putLong(isProbe(request) ? 1 : 2);
      scores.putFloat(row == 0 ? firstScore : -0.25f);
    }
    return response(request)
        .addOutputs(output(ModelTensors.OUTPUT_IDS, "INT64", rows, model.maxNewTokens()))
        .addOutputs(output(ModelTensors.OUTPUT_LENGTHS, "INT64", rows, 1))
        .addOutputs(output(ModelTensors.SCORES, "FP32", rows, 1))
        .addRawOutputContents(ByteString.copyFrom(ids))
        .addRawOutputContents(ByteString.copyFrom(lengths.flip()))
        .addRawOutputContents(ByteString.copyFrom(scores.flip()))
        .build();
  }

  private long firstByte(ModelInferRequest request, int row) {
    return request.getModelName().equals(model.name())
        ? raw(request, ModelTensors.PIXELS).get(row * model.imageBytes()) & 0xff
        : (long) raw(request, ModelTensors.IMAGE_FEATURES).getFloat(row * 16 * 128 * Float.BYTES);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer raw(ModelInferRequest request, String name) {
    for (int i = 0; i < request.getInputsCount(); i++) {
      if (request.getInputs(i).getName().equals(name)) {
        return request.getRawInputContents(i).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    throw new AssertionError(name + ": missing in " + request.getModelName());
  }

  private static ModelInferResponse.Builder response(ModelInferRequest request) {
    return ModelInferResponse.newBuilder()
        .setModelName(request.getModelName())
        .setModelVersion("1");
  }

  private static ModelInferResponse.InferOutputTensor output(
      String name, String type, long... shape) {
    var output = ModelInferResponse.InferOutputTensor.newBuilder().setName(name).setDatatype(type);
    for (long dim : shape) {
      output.addShape(dim);
    }
    return output.build();
  }

  private static boolean isProbe(ModelInferRequest request) {
    return raw(request, ModelTensors.MAX_NEW_TOKENS).getLong() == 1
        && request.getInputsList().stream()
            .anyMatch(input -> input.getName().equals(ModelTensors.PIXELS))
        && raw(request, ModelTensors.PIXELS).get() == 0;
  }

  private boolean isEncoder(ModelInferRequest request) {
    return request.getModelName().equals(ServedModel.visionEncoder(model));
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private final class Service extends GRPCInferenceServiceImplBase {
    @Override
    public void modelMetadata(
        ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answer) {
      Described known = described.get(request.getName());
      if (known == null) {
        answer.onError(unknown(request.getName()));
        return;
      }
      answer.onNext(known.metadata());
      answer.onCompleted();
    }

    @Override
    public void modelConfig(
        ModelConfigRequest request, StreamObserver<ModelConfigResponse> answer) {
      Described known = described.get(request.getName());
      if (known == null) {
        answer.onError(unknown(request.getName()));
        return;
      }
      answer.onNext(ModelConfigResponse.newBuilder().setConfig(known.config()).build());
      answer.onCompleted();
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
      ((ServerCallStreamObserver<ModelInferResponse>) answer)
          .setOnCancelHandler(cancelled::incrementAndGet);
      if (!isEncoder(request) && isProbe(request)) {
        probes.incrementAndGet();
        probeScript.infer(request, answer);
      } else {
        inferred.add(request);
        script.infer(request, answer);
      }
    }

    private static RuntimeException unknown(String name) {
      return Status.NOT_FOUND
          .withDescription("Request for unknown model: '%s' is not found".formatted(name))
          .asRuntimeException();
    }
  }
}
