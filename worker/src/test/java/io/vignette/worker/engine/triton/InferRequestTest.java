package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.rows.Row;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferRequestTest {
  private Model model;

  @BeforeEach
  void load() throws Exception {
    model = ModelRepository.load(RepositoryFiles.root().resolve("triton-models")).defaultModel();
  }

  @Test
  void refersToThePixelsInsteadOfCopyingThem() {
    byte[] first = new byte[model.imageBytes()];
    byte[] second = new byte[model.imageBytes()];

    ModelInferRequest request =
        InferRequest.visionEncoder(model, List.of(first, second)).within(1_000_000_000);
    second[1] = 42;

    assertThat(request.getRawInputContents(0).size()).isEqualTo(2 * model.imageBytes());
    assertThat(request.getRawInputContents(0).byteAt(model.imageBytes() + 1)).isEqualTo((byte) 42);
  }

  @Test
  void padsPromptsOnTheLeft() {
    List<Row> rows = List.of(row(0, 5, 6), row(1, 7));
    List<byte[]> pictures = List.of(new byte[model.imageBytes()], new byte[model.imageBytes()]);

    ModelInferRequest request = InferRequest.ensemble(model, pictures, rows).within(2_500_000);

    assertThat(longs(request, ModelTensors.INPUT_IDS))
        .containsExactly(1, 1, 1, 1, 1, 1, 5, 6, 1, 1, 1, 1, 1, 1, 1, 7);
    assertThat(longs(request, ModelTensors.ATTENTION_MASK))
        .containsExactly(0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1);
    assertThat(longs(request, ModelTensors.MAX_NEW_TOKENS)).containsExactly(9, 9);
    assertThat(request.getParametersOrThrow("timeout").getInt64Param()).isEqualTo(2_500);
  }

  private static long[] longs(ModelInferRequest request, String name) {
    var buffer = ScriptedTriton.raw(request, name).asLongBuffer();
    long[] longs = new long[buffer.remaining()];
    buffer.get(longs);
    return longs;
  }

  private static Row row(int item, long... tokenIds) {
    return new Row(item, 0, new EncodedPrompt.Tokens(tokenIds, 9));
  }
}
