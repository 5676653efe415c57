package io.vignette.testkit.triton;

import com.google.protobuf.ByteString;
import io.vignette.proto.inference.DataType;
import io.vignette.proto.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Raw tensors: sizes, names of types, and elements written into an answer. */
final class Tensors {

  private Tensors() {}

  /** The name requests use: {@code TYPE_FP32} is {@code FP32}. */
  static String nameOf(DataType type) {
    return type == DataType.TYPE_STRING ? "BYTES" : type.name().substring("TYPE_".length());
  }

  /** Bytes of an element; the bundled kind of model has no strings. */
  static int width(DataType type) {
    return switch (type) {
      case TYPE_BOOL, TYPE_UINT8, TYPE_INT8 -> 1;
      case TYPE_UINT16, TYPE_INT16, TYPE_FP16, TYPE_BF16 -> 2;
      case TYPE_UINT32, TYPE_INT32, TYPE_FP32 -> 4;
      case TYPE_UINT64, TYPE_INT64, TYPE_FP64 -> 8;
      default -> throw new IllegalArgumentException("data type: " + type + " (expected: numeric)");
    };
  }

  static long bytes(DataType type, List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).reduce(width(type), Math::multiplyExact);
  }

  /** Every element the same number, in little-endian order. */
  static ByteString filled(DataType type, int elements, double value) {
    ByteBuffer bytes = ByteBuffer.allocate(elements * width(type)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      switch (type) {
        case TYPE_FP32 -> bytes.putFloat((float) value);
        case TYPE_INT64 -> bytes.putLong((long) value);
        default -> bytes.position(bytes.position() + width(type));
      }
    }
    return ByteString.copyFrom(bytes.flip());
  }

  static int indexOf(ModelInferResponse.Builder answer, String output) {
    for (int i = 0; i < answer.getOutputsCount(); i++) {
      if (answer.getOutputs(i).getName().equals(output)) {
        return i;
      }
    }
    throw new IllegalArgumentException("output: " + output + " (expected: one of the answer's)");
  }
}
