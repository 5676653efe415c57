package io.vignette.worker.engine.onnx;

import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceItem;
import java.util.ArrayList;
import java.util.List;

/**
 * One prompt about one picture: what the language model answers.
 *
 * @param item index of the picture in its batch
 */
record Row(int item, EncodedPrompt prompt) {

  /** The rows of a batch, picture by picture. */
  static List<Row> of(List<InferenceItem> items) {
    List<Row> rows = new ArrayList<>();
    for (int item = 0; item < items.size(); item++) {
      for (EncodedPrompt prompt : items.get(item).prompts()) {
        rows.add(new Row(item, prompt));
      }
    }
    return rows;
  }
}
