package io.vignette.testkit.triton;

import com.google.protobuf.ByteString;
import io.vignette.proto.inference.DataType;
import io.vignette.proto.inference.ModelInferResponse;
import java.util.function.Consumer;

/** Answers that no sound model gives: changes for {@link FakeModel#doctorAnswers}. */
public final class Doctored {

  private Doctored() {}

  /** Every element of an FP32 output is not a number. */
  public static Consumer<ModelInferResponse.Builder> notANumber(String output) {
    return fill(output, DataType.TYPE_FP32, Double.NaN);
  }

  /** Every element of an INT64 output is {@code value}: an id outside the vocabulary, a length. */
  public static Consumer<ModelInferResponse.Builder> everyElement(String output, long value) {
    return fill(output, DataType.TYPE_INT64, value);
  }

  /** The output announces {@code shape}; its bytes stay as they are. */
  public static Consumer<ModelInferResponse.Builder> shape(String output, long... shape) {
    return answer -> {
      var tensor = answer.getOutputsBuilder(Tensors.indexOf(answer, output)).clearShape();
      for (long dim : shape) {
        tensor.addShape(dim);
      }
    };
  }

  /** The output's last byte is missing. */
  public static Consumer<ModelInferResponse.Builder> cutShort(String output) {
    return answer -> {
      int index = Tensors.indexOf(answer, output);
      ByteString raw = answer.getRawOutputContents(index);
      answer.setRawOutputContents(index, raw.substring(0, raw.size() - 1));
    };
  }

  /** The output is not in the answer. */
  public static Consumer<ModelInferResponse.Builder> without(String output) {
    return answer -> {
      int index = Tensors.indexOf(answer, output);
      var raw = answer.getRawOutputContentsList().stream().toList();
      answer.removeOutputs(index).clearRawOutputContents();
      for (int i = 0; i < raw.size(); i++) {
        if (i != index) {
          answer.addRawOutputContents(raw.get(i));
        }
      }
    };
  }

  private static Consumer<ModelInferResponse.Builder> fill(
      String output, DataType type, double value) {
    return answer -> {
      int index = Tensors.indexOf(answer, output);
      int elements = answer.getRawOutputContents(index).size() / Tensors.width(type);
      answer.setRawOutputContents(index, Tensors.filled(type, elements, value));
    };
  }
}
