package io.vignette.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxJavaType;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.worker.engine.GoldenAnswers;
import io.vignette.worker.engine.InferenceFailure;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the bundled vision encoder declares, held against other expectations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphTensorsTest {
  private static final Set<OnnxJavaType> UINT8 = Set.of(OnnxJavaType.UINT8);

  private Graph graph;

  @BeforeAll
  void load() throws Exception {
    Model model = GoldenAnswers.repository().defaultModel();
    graph = Graph.load(model.visionEncoderFile(), new OnnxSettings(1, 1));
  }

  @AfterAll
  void close() throws Exception {
    graph.close();
  }

  @Test
  void takesWhatFits() {
    assertThatCode(() -> pixels(GraphTensors.OPEN, 224, 224, 3)).doesNotThrowAnyException();
    assertThatCode(() -> pixels(8, GraphTensors.ANY, 224, 3)).doesNotThrowAnyException();
  }

  @Test
  void refusesOtherShapes() {
    assertThatThrownBy(() -> pixels(GraphTensors.OPEN, 225, 224, 3))
        .isInstanceOf(InferenceFailure.class)
        .hasMessageEndingWith(
            "model.onnx: inputs: pixels: [-1, 224, 224, 3]"
                + " (expected: [-1, 225, 224, 3], -1 = open, -2 = any)");
    assertThatThrownBy(() -> pixels(GraphTensors.OPEN, 224, 224))
        .hasMessageContaining("(expected: [-1, 224, 224], ");
    assertThatThrownBy(() -> pixels(GraphTensors.OPEN, GraphTensors.OPEN, 224, 3))
        .hasMessageContaining("(expected: [-1, -1, 224, 3], ");
  }

  @Test
  void refusesOtherTypes() {
    assertThatThrownBy(
            () ->
                graph
                    .inputs()
                    .require(ModelTensors.PIXELS, Set.of(OnnxJavaType.INT64), 1, 224, 224, 3))
        .hasMessageContaining("inputs: pixels: UINT8 (expected: [INT64])");
  }

  @Test
  void refusesWhatIsMissing() {
    assertThatThrownBy(() -> graph.outputs().require("scores", UINT8, 1))
        .hasMessageContaining("outputs: scores: missing, found [image_features]");
  }

  private void pixels(long... dims) throws InferenceFailure {
    graph.inputs().require(ModelTensors.PIXELS, UINT8, dims);
  }
}
