package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.openai.ChatQuestion.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One picture's questions, asked one after another: a picture is one request at a time, and servers
 * that keep what they made of a picture find it again.
 *
 * <p>Thread-safe.
 */
final class PictureCall implements InferenceCall {
  private final OpenAiServer server;
  private final InferenceItem item;
  private final Instant deadline;
  private final List<GeneratedText> texts = new ArrayList<>();
  private final CompletableFuture<List<GeneratedText>> answers = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<ChatAnswer> asked;

  PictureCall(OpenAiServer server, InferenceItem item, Instant deadline) {
    this.server = server;
    this.item = item;
    this.deadline = deadline;
  }

  @Override
  public List<CompletionStage<List<GeneratedText>>> items() {
    return List.of(answers);
  }

  /** Asks the next question, or completes. Each answer hands over to the next question. */
  void askNext() {
    if (answers.isDone()) {
      return;
    }
    if (texts.size() == item.prompts().size()) {
      answers.complete(List.copyOf(texts));
      return;
    }
    switch (item.prompts().get(texts.size())) {
      case EncodedPrompt.Words words -> ask(words);
      case EncodedPrompt.Tokens tokens ->
          fail(InferenceFailure.invalidInput("prompt: tokens (expected: words)"));
    }
  }

  private void ask(EncodedPrompt.Words words) {
    CompletableFuture<ChatAnswer> asking =
        server.ask(
            new ChatQuestion(
                item.picture(), MediaType.JPEG, words.text(), words.maxNewTokens(), item.trace()),
            deadline);
    asked = asking;
    asking.whenComplete(
        (answer, thrown) -> {
          if (thrown != null) {
            fail(InferenceFailure.from(thrown));
          } else {
            texts.add(
                new GeneratedText.Words(
                    answer.text(),
                    answer.isComplete(),
                    answer.promptTokens(),
                    answer.outputTokens()));
            askNext();
          }
        });
    if (answers.isDone()) {
      withdraw(asking);
    }
  }

  private void fail(InferenceFailure failure) {
    answers.completeExceptionally(failure);
  }

  @Override
  public void cancel() {
    fail(InferenceFailure.cancelled("batch: cancelled"));
    CompletableFuture<ChatAnswer> asking = asked;
    if (asking != null) {
      withdraw(asking);
    }
  }

  private static void withdraw(CompletableFuture<ChatAnswer> asking) {
    asking.completeExceptionally(InferenceFailure.cancelled("batch: cancelled"));
  }
}
