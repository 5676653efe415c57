package io.vignette.worker.engine.triton;

import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.rows.RowAnswer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** A picture whose prompts are answered one by one, in any order. Thread-safe. */
final class PendingItem {
  private final CompletableFuture<List<GeneratedText>> answer = new CompletableFuture<>();
  private final AtomicReferenceArray<GeneratedText> texts;
  private final AtomicInteger missing;

  PendingItem(int prompts) {
    texts = new AtomicReferenceArray<>(prompts);
    missing = new AtomicInteger(prompts);
  }

  /** Completes with the last prompt's answer, or the first that is none. */
  CompletableFuture<List<GeneratedText>> answer() {
    return answer;
  }

  /** Takes the answer to one prompt; call once a prompt. */
  void answer(int prompt, RowAnswer row) {
    switch (row) {
      case RowAnswer.Degenerate degenerate -> fail(degenerate.failure());
      case RowAnswer.Written written -> {
        texts.set(prompt, written.text());
        if (missing.decrementAndGet() == 0) {
          answer.complete(IntStream.range(0, texts.length()).mapToObj(texts::get).toList());
        }
      }
    }
  }

  void fail(InferenceFailure failure) {
    answer.completeExceptionally(failure);
  }
}
