package io.vignette.worker.engine.triton;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.InferParameter;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.worker.engine.rows.Padding;
import io.vignette.worker.engine.rows.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Rows of a batch as a request, all tensors raw.
 *
 * <p>Pixels and features are not copied here: the request refers to them, and gRPC copies them once
 * when it writes them to the connection.
 */
final class InferRequest {
  private static final String UINT8 = "UINT8";
  private static final String INT64 = "INT64";
  private static final String QUEUE_TIMEOUT = "timeout";
  private static final int CHANNELS = 3;

  private final ModelInferRequest.Builder request = ModelInferRequest.newBuilder();

  private InferRequest(String modelName) {
    request.setModelName(modelName);
  }

  /** The ensemble: from pictures and a prompt for each to answers. */
  static InferRequest ensemble(Model model, List<byte[]> pictures, List<Row> rows) {
    return new InferRequest(model.name()).pixels(model, pictures).prompts(model, rows);
  }

  /** The vision encoder: from pictures to features. */
  static InferRequest visionEncoder(Model model, List<byte[]> pictures) {
    return new InferRequest(ServedModel.visionEncoder(model)).pixels(model, pictures);
  }

  /** The language model: from features and a prompt for each to answers. */
  static InferRequest llm(ServedModel served, List<ByteString> features, List<Row> rows) {
    Model model = served.model();
    return new InferRequest(ServedModel.llm(model))
        .tensor(
            ModelTensors.IMAGE_FEATURES,
            served.features().name(),
            ByteString.copyFrom(features),
            served.featureShape(rows.size()))
        .prompts(model, rows);
  }

  private InferRequest pixels(Model model, List<byte[]> pictures) {
    // Joins by reference, whatever its name says.
    ByteString all =
        ByteString.copyFrom(pictures.stream().map(UnsafeByteOperations::unsafeWrap).toList());
    return tensor(
        ModelTensors.PIXELS,
        UINT8,
        all,
        pictures.size(),
        model.imageHeight(),
        model.imageWidth(),
        CHANNELS);
  }

  private InferRequest prompts(Model model, List<Row> rows) {
    Padding padding = new Padding(model.profile().text(), rows);
    long[] shape = {rows.size(), padding.length()};
    return tensor(ModelTensors.INPUT_IDS, INT64, longs(padding.size(), padding::inputIds), shape)
        .tensor(
            ModelTensors.ATTENTION_MASK,
            INT64,
            longs(padding.size(), padding::attentionMask),
            shape)
        .tensor(
            ModelTensors.MAX_NEW_TOKENS,
            INT64,
            longs(rows.size(), padding::maxNewTokens),
            rows.size(),
            1);
  }

  private static ByteString longs(int count, Consumer<LongBuffer> filling) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    filling.accept(bytes.asLongBuffer());
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private InferRequest tensor(String name, String type, ByteString content, long... shape) {
    var input = ModelInferRequest.InferInputTensor.newBuilder().setName(name).setDatatype(type);
    for (long dim : shape) {
      input.addShape(dim);
    }
    request.addInputs(input).addRawInputContents(content);
    return this;
  }

  /** The message, with the longest time it may wait in the server's queues. */
  ModelInferRequest within(long queueNanos) {
    long micros = Math.max(1, TimeUnit.NANOSECONDS.toMicros(queueNanos));
    return request
        .putParameters(QUEUE_TIMEOUT, InferParameter.newBuilder().setInt64Param(micros).build())
        .build();
  }
}
