package io.vignette.worker.engine.triton;

import com.google.protobuf.ByteString;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.rows.RowAnswer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Outputs of an inference, believed only after a look at type, shape and size.
 *
 * <p>Failures are of the kind {@code BACKEND}: the model gave something else than it declares.
 */
record InferAnswer(ModelInferResponse response) {

  /** The answers of an ensemble or language model. */
  List<RowAnswer> texts(ServedModel served, List<Row> rows) throws InferenceFailure {
    long count = rows.size();
    ByteString ids =
        tensor(ModelTensors.OUTPUT_IDS, "INT64", 8, count, served.model().maxNewTokens());
    ByteString lengths = tensor(ModelTensors.OUTPUT_LENGTHS, "INT64", 8, count, 1);
    ByteString scores = tensor(ModelTensors.SCORES, "FP32", 4, count, 1);
    return RowAnswer.read(
        buffer(ids).asLongBuffer(),
        buffer(lengths).asLongBuffer(),
        buffer(scores).asFloatBuffer(),
        rows,
        served.model());
  }

  /** A vision encoder's features, picture by picture; each a copy that keeps nothing else alive. */
  List<ByteString> features(ServedModel served, int pictures) throws InferenceFailure {
    int rowBytes = served.featureBytes();
    ByteString all =
        tensor(
            ModelTensors.IMAGE_FEATURES,
            served.features().name(),
            served.features().bytes(),
            served.featureShape(pictures));
    List<ByteString> features = new ArrayList<>(pictures);
    for (int from = 0; from < all.size(); from += rowBytes) {
      ByteString own = all.substring(from, from + rowBytes);
      features.add(ByteString.copyFrom(own.asReadOnlyByteBuffer()));
    }
    return features;
  }

  private ByteString tensor(String name, String type, int numberBytes, long... shape)
      throws InferenceFailure {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      if (response.getOutputs(i).getName().equals(name)) {
        return content(i, type, numberBytes, shape);
      }
    }
    throw wrong(name, "missing", "an output");
  }

  private ByteString content(int index, String type, int numberBytes, long... shape)
      throws InferenceFailure {
    var output = response.getOutputs(index);
    List<Long> expected = LongStream.of(shape).boxed().toList();
    if (!output.getDatatype().equals(type) || !output.getShapeList().equals(expected)) {
      throw wrong(output.getName(), output.getDatatype() + output.getShapeList(), type + expected);
    }
    long bytes = Arrays.stream(shape).reduce(numberBytes, Math::multiplyExact);
    int found =
        index < response.getRawOutputContentsCount()
            ? response.getRawOutputContents(index).size()
            : 0;
    if (found != bytes) {
      throw wrong(output.getName(), found + " bytes", bytes + " bytes");
    }
    return response.getRawOutputContents(index);
  }

  private InferenceFailure wrong(String name, String found, String expected) {
    return InferenceFailure.backend(
        "%s: answer %s: %s (expected: %s)"
            .formatted(response.getModelName(), name, found, expected));
  }

  private static ByteBuffer buffer(ByteString bytes) {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
