package io.vignette.models;

import io.vignette.proto.inference.DataType;
import java.util.List;

/**
 * A tensor as a {@code config.pbtxt} declares it.
 *
 * @param where side and name, as in "input pixels"
 * @param dims without the batch; -1 = varies
 */
record Tensor(TritonConfig config, String where, DataType type, List<Long> dims) {
  Tensor {
    dims = List.copyOf(dims);
  }

  Tensor requireType(DataType... accepted) throws InvalidModelException {
    List<DataType> types = List.of(accepted);
    if (!types.contains(type)) {
      throw problem("data_type", type, join(types));
    }
    return this;
  }

  Tensor requireDims(Long... expected) throws InvalidModelException {
    if (!dims.equals(List.of(expected))) {
      throw problem("dims", dims, List.of(expected).toString());
    }
    return this;
  }

  Tensor requireRank(int rank, String shape) throws InvalidModelException {
    if (dims.size() != rank || dims.stream().anyMatch(dim -> dim < 1)) {
      throw problem("dims", dims, shape);
    }
    return this;
  }

  /** Both ends of a connection must declare the same. */
  void requireSameAs(Tensor other) throws InvalidModelException {
    if (type != other.type) {
      throw problem("data_type", type, other.type + ", as " + other);
    }
    if (!dims.equals(other.dims)) {
      throw problem("dims", dims, other.dims + ", as " + other);
    }
  }

  long dim(int index) {
    return dims.get(index);
  }

  private InvalidModelException problem(String field, Object found, String expected) {
    return config.problem(
        "%s: %s: %s (expected: %s)".formatted(where, field, shown(found), expected));
  }

  private static Object shown(Object found) {
    return found == DataType.TYPE_INVALID ? "none" : found;
  }

  private static String join(List<DataType> types) {
    return String.join(" or ", types.stream().map(DataType::name).toList());
  }

  @Override
  public String toString() {
    return where + " of " + config.file();
  }
}
