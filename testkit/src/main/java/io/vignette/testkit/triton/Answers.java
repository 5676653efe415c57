package io.vignette.testkit.triton;

import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Answers of the right names, types and shapes, and always the same elements: token {@value
 * #TOKEN}, lengths of 1, scores of -0.5, features of 0.25.
 */
final class Answers {

  static final long TOKEN = 5;

  private static final Map<String, Double> ELEMENTS =
      Map.of("output_ids", (double) TOKEN, "output_lengths", 1.0, "scores", -0.5);
  private static final double OTHER_ELEMENTS = 0.25;

  private Answers() {}

  static ModelInferResponse.Builder of(ModelConfig config, ModelInferRequest request, int rows) {
    ModelInferResponse.Builder answer =
        ModelInferResponse.newBuilder()
            .setModelName(config.getName())
            .setModelVersion("1")
            .setId(request.getId());
    for (ModelOutput output : config.getOutputList()) {
      if (isWanted(request, output.getName())) {
        add(answer, output, shape(config, output, rows));
      }
    }
    return answer;
  }

  private static boolean isWanted(ModelInferRequest request, String output) {
    return request.getOutputsCount() == 0
        || request.getOutputsList().stream().anyMatch(wanted -> wanted.getName().equals(output));
  }

  private static List<Long> shape(ModelConfig config, ModelOutput output, int rows) {
    List<Long> shape = new ArrayList<>();
    if (config.getMaxBatchSize() > 0) {
      shape.add((long) rows);
    }
    output.getDimsList().forEach(dim -> shape.add(Math.max(1, dim)));
    return shape;
  }

  private static void add(ModelInferResponse.Builder answer, ModelOutput output, List<Long> shape) {
    int elements =
        Math.toIntExact(shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact));
    double element = ELEMENTS.getOrDefault(output.getName(), OTHER_ELEMENTS);
    answer
        .addOutputs(
            ModelInferResponse.InferOutputTensor.newBuilder()
                .setName(output.getName())
                .setDatatype(Tensors.nameOf(output.getDataType()))
                .addAllShape(shape))
        .addRawOutputContents(Tensors.filled(output.getDataType(), elements, element));
  }
}
