package io.vignette.worker.engine.triton;

import io.vignette.proto.inference.ModelMetadataResponse.TensorMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The inputs or outputs that a server declares of one of its models.
 *
 * @param where model and side, as in "tiny-blip2_llm: input"
 * @param problems takes a sentence for every difference
 */
record ServedTensors(String where, List<TensorMetadata> found, Consumer<String> problems) {

  /** A dimension that must be open, in Triton's notation. */
  static final long OPEN = -1;

  /** A dimension of a size that nobody else knows, but that is fixed. */
  static final long ANY = -2;

  /** Checks one tensor; a dimension that the server leaves open fits every size. */
  void require(String name, List<String> types, long... dims) {
    Optional<TensorMetadata> tensor = find(name);
    if (tensor.isEmpty()) {
      problem(name, "missing, server has " + found.stream().map(TensorMetadata::getName).toList());
      return;
    }
    TensorMetadata served = tensor.get();
    if (!types.contains(served.getDatatype()) || !fits(served.getShapeList(), dims)) {
      problem(name, "server has %s (expected: %s)".formatted(shown(served), shown(types, dims)));
    }
  }

  /** Checks that nothing is asked for that nobody would send. */
  void requireOnly(List<String> known, List<String> optional) {
    found.stream()
        .map(TensorMetadata::getName)
        .filter(name -> !known.contains(name) && !optional.contains(name))
        .forEach(name -> problem(name, "server requires it (expected: only %s)".formatted(known)));
  }

  Optional<TensorMetadata> find(String name) {
    return found.stream().filter(tensor -> tensor.getName().equals(name)).findFirst();
  }

  private static boolean fits(List<Long> shape, long... dims) {
    if (shape.size() != dims.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (!fits(shape.get(i), dims[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(long served, long expected) {
    return expected == ANY ? served > 0 : served == expected || served == OPEN;
  }

  static String shown(TensorMetadata served) {
    return served.getDatatype() + served.getShapeList();
  }

  private static String shown(List<String> types, long... dims) {
    StringBuilder text = new StringBuilder(String.join(" or ", types)).append('[');
    for (int i = 0; i < dims.length; i++) {
      text.append(i == 0 ? "" : ", ").append(dims[i] == ANY ? "a fixed size" : dims[i]);
    }
    return text.append(']').toString();
  }

  private void problem(String name, String problem) {
    problems.accept("%s %s: %s".formatted(where, name, problem));
  }
}
