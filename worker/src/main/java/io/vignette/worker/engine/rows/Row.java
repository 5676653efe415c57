package io.vignette.worker.engine.rows;

import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceItem;
import java.util.ArrayList;
import java.util.List;

/**
 * One prompt about one picture: what the language model answers.
 *
 * @param item index of the picture in its batch
 * @param index of the prompt among the picture's
 */
public record Row(int item, int index, EncodedPrompt.Tokens prompt) {

  /** The rows of a batch, picture by picture. */
  public static List<Row> of(List<InferenceItem> items) {
    List<Row> rows = new ArrayList<>();
    for (int item = 0; item < items.size(); item++) {
      List<EncodedPrompt> prompts = items.get(item).prompts();
      for (int index = 0; index < prompts.size(); index++) {
        rows.add(new Row(item, index, prompts.get(index).tokens()));
      }
    }
    return rows;
  }
}
