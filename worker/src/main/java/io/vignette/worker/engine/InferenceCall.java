package io.vignette.worker.engine;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** A batch on its way through an engine. */
public interface InferenceCall {

  /**
   * One completion an item, in the order of the batch: the answers in the order of the item's
   * prompts, or exceptionally an {@link InferenceFailure}. Every stage completes, whatever happens.
   */
  List<CompletionStage<List<GeneratedText>>> items();

  /**
   * Says that nobody wants the answers any more. Items not yet complete fail with {@link
   * InferenceFailure.Kind#CANCELLED}; running work is cut short where the engine can.
   */
  void cancel();
}
