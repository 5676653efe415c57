package io.vignette.testkit.triton;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferRequest.InferInputTensor;
import io.vignette.proto.inference.ModelInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Refuses requests that don't fit a model's configuration, with the server's status and words. */
final class RequestCheck {

  private final ModelConfig config;
  private final Map<String, ModelInput> inputs;

  RequestCheck(ModelConfig config) {
    this.config = config;
    this.inputs =
        config.getInputList().stream()
            .collect(Collectors.toMap(ModelInput::getName, Function.identity()));
  }

  /**
   * The rows of the request's batch.
   *
   * @throws io.grpc.StatusRuntimeException if it doesn't fit
   */
  int rows(ModelInferRequest request) {
    require(
        request,
        request.getInputsCount() == inputs.size(),
        "expected %d inputs but got %d inputs for model '%s'",
        inputs.size(),
        request.getInputsCount(),
        config.getName());
    require(
        request,
        request.getRawInputContentsCount() == request.getInputsCount(),
        "expected %d raw input contents, got %d",
        request.getInputsCount(),
        request.getRawInputContentsCount());
    for (int i = 0; i < request.getInputsCount(); i++) {
      checkInput(request, i);
    }
    return checkedRows(request);
  }

  private void checkInput(ModelInferRequest request, int index) {
    InferInputTensor tensor = request.getInputs(index);
    int bytes = request.getRawInputContents(index).size();
    String name = tensor.getName();
    ModelInput stated = inputs.get(name);
    if (stated == null) {
      throw Fault.invalid(
              "unexpected inference input '%s' for model '%s'".formatted(name, config.getName()))
          .asException();
    }
    String type = Tensors.nameOf(stated.getDataType());
    require(
        request,
        tensor.getDatatype().equals(type),
        "inference input '%s' data-type is '%s', but model '%s' expects '%s'",
        name,
        tensor.getDatatype(),
        config.getName(),
        type);
    require(
        request,
        matches(expectedShape(stated), tensor.getShapeList()),
        "unexpected shape for input '%s' for model '%s'. Expected %s, got %s.",
        name,
        config.getName(),
        text(expectedShape(stated)),
        text(tensor.getShapeList()));
    long expected = Tensors.bytes(stated.getDataType(), tensor.getShapeList());
    require(
        request,
        expected == bytes,
        "input byte size mismatch for input '%s' for model '%s'. Expected %d, got %d",
        name,
        config.getName(),
        expected,
        bytes);
  }

  private int checkedRows(ModelInferRequest request) {
    if (config.getMaxBatchSize() == 0) {
      return 1;
    }
    List<Long> rows =
        request.getInputsList().stream().map(tensor -> tensor.getShape(0)).distinct().toList();
    require(
        request,
        rows.size() == 1,
        "input batch sizes %s of model '%s' do not match",
        rows,
        config.getName());
    require(
        request,
        rows.getFirst() <= config.getMaxBatchSize(),
        "inference request batch-size must be <= %d for '%s'",
        config.getMaxBatchSize(),
        config.getName());
    return Math.toIntExact(rows.getFirst());
  }

  private List<Long> expectedShape(ModelInput input) {
    List<Long> shape = new ArrayList<>();
    if (config.getMaxBatchSize() > 0) {
      shape.add(-1L);
    }
    shape.addAll(input.getDimsList());
    return shape;
  }

  private static boolean matches(List<Long> expected, List<Long> shape) {
    if (expected.size() != shape.size()) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) <= 0 || (expected.get(i) >= 0 && !expected.get(i).equals(shape.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private static String text(List<Long> shape) {
    return shape.toString().replace(" ", "");
  }

  @FormatMethod
  private static void require(
      ModelInferRequest request, boolean holds, @FormatString String format, Object... values) {
    if (!holds) {
      String id = request.getId().isEmpty() ? "<id_unknown>" : request.getId();
      throw Fault.invalid("[request id: " + id + "] " + String.format(format, values))
          .asException();
    }
  }
}
