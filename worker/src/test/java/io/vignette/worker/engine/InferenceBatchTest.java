package io.vignette.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.models.Model;
import io.vignette.wire.TraceContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceBatchTest {
  private static final TraceContext FIRST = TraceContext.fresh();
  private static final TraceContext SECOND = TraceContext.fresh();

  @Test
  void aBatchIsOfTheFirstTraceThatIsKnown() throws Exception {
    assertThat(batch(TraceContext.NONE, FIRST, SECOND).trace()).isEqualTo(FIRST);
    assertThat(batch(TraceContext.NONE, TraceContext.NONE).trace()).isEqualTo(TraceContext.NONE);
  }

  private static InferenceBatch batch(TraceContext... traces) throws Exception {
    Model model = GoldenAnswers.repository().defaultModel();
    List<InferenceItem> items = new ArrayList<>();
    for (TraceContext trace : traces) {
      items.add(new InferenceItem(new byte[0], List.of(), trace));
    }
    return new InferenceBatch(model, items);
  }
}
