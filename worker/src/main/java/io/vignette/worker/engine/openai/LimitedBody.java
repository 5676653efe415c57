package io.vignette.worker.engine.openai;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body up to a limit and no further.
 *
 * <p>A longer body is no error here: whoever asked for it knows what a beginning is worth. Called
 * by one thread at a time, as the reactive streams' rules want it.
 */
final class LimitedBody implements BodySubscriber<LimitedBody.Content> {

  /**
   * What was read.
   *
   * @param isWhole whether it is the whole body, not its beginning
   */
  @SuppressWarnings("ArrayRecordComponent") // Equality of bodies is never asked for.
  record Content(byte[] bytes, boolean isWhole) {}

  private final int bytesMax;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final CompletableFuture<Content> content = new CompletableFuture<>();
  private @Nullable Subscription subscription;

  LimitedBody(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public CompletionStage<Content> getBody() {
    return content;
  }

  @Override
  public void onSubscribe(Subscription subscribed) {
    subscription = subscribed;
    subscribed.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] piece = new byte[Math.min(buffer.remaining(), bytesMax - read.size())];
      buffer.get(piece);
      read.writeBytes(piece);
      if (buffer.hasRemaining()) {
        stop();
        return;
      }
    }
  }

  private void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
    content.complete(new Content(read.toByteArray(), false));
  }

  @Override
  public void onError(Throwable thrown) {
    content.completeExceptionally(thrown);
  }

  @Override
  public void onComplete() {
    content.complete(new Content(read.toByteArray(), true));
  }
}
