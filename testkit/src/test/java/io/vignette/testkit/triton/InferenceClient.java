package io.vignette.testkit.triton;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A plain client of the bundled model. */
final class InferenceClient implements AutoCloseable {

  static final String MODEL = "tiny-blip2";
  static final int SIDE = 224;
  private static final int TOKENS = 8;
  private static final long TOKEN = 5;
  private static final long LIMIT = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final ManagedChannel channel;

  InferenceClient(String endpoint) {
    channel = NettyChannelBuilder.forTarget(endpoint).usePlaintext().build();
  }

  ModelInferResponse infer(ModelInferRequest request) {
    return stub(TIMEOUT).modelInfer(request);
  }

  GRPCInferenceServiceBlockingStub stub(Duration timeout) {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  ListenableFuture<ModelInferResponse> inferLater(ModelInferRequest request) {
    return GRPCInferenceServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .modelInfer(request);
  }

  ManagedChannel channel() {
    return channel;
  }

  /** As many pictures of noise, each with the same prompt. */
  static ModelInferRequest captions(int rows) {
    byte[] pixels = new byte[rows * SIDE * SIDE * 3];
    new Random(rows).nextBytes(pixels);
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName(MODEL).setId("captions-" + rows);
    add(request, "pixels", "UINT8", ByteString.copyFrom(pixels), rows, SIDE, SIDE, 3);
    add(request, "input_ids", "INT64", longs(TOKEN, rows * TOKENS), rows, TOKENS);
    add(request, "attention_mask", "INT64", longs(1, rows * TOKENS), rows, TOKENS);
    add(request, "max_new_tokens", "INT64", longs(LIMIT, rows), rows, 1);
    return request.build();
  }

  static void add(
      ModelInferRequest.Builder request, String name, String type, ByteString raw, long... shape) {
    request
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(type)
                .addAllShape(Arrays.stream(shape).boxed().toList()))
        .addRawInputContents(raw);
  }

  static ByteString longs(long value, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putLong(value);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  /** The values of an output of 64-bit integers. */
  static long[] longs(ModelInferResponse response, String output) {
    ByteBuffer bytes = raw(response, output);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return values;
  }

  /** The values of an output of 32-bit floats. */
  static float[] floats(ModelInferResponse response, String output) {
    ByteBuffer bytes = raw(response, output);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer raw(ModelInferResponse response, String output) {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      if (response.getOutputs(i).getName().equals(output)) {
        return response
            .getRawOutputContents(i)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    throw new AssertionError("output " + output + ": not in the answer");
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
