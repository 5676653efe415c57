package io.vignette.worker.pipeline;

import io.vignette.worker.lease.RecordKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this worker knows of the records it was given: each is worked on once, however often it is
 * delivered.
 *
 * <p>A delivery of a record that is being worked on waits for that work; one of a record that has
 * ended is done at once: its acknowledgement was lost. Thread-safe. Remembers the last {@code
 * remembered} records that ended, and as many that were given back.
 */
final class Deliveries {
  private final int remembered;
  private final Map<RecordKey, CompletableFuture<Void>> open = new LinkedHashMap<>();
  private final LinkedHashSet<RecordKey> ended = new LinkedHashSet<>();
  private final LinkedHashSet<RecordKey> givenBack = new LinkedHashSet<>();

  Deliveries(int remembered) {
    this.remembered = remembered;
  }

  /** Does the work unless it is being done or has been done; {@code repeated} runs if so. */
  CompletionStage<Void> once(
      RecordKey key, Supplier<CompletionStage<Void>> work, Runnable repeated) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> running;
    synchronized (this) {
      running =
          ended.contains(key)
              ? CompletableFuture.completedFuture(null)
              : open.putIfAbsent(key, mine);
    }
    if (running != null) {
      repeated.run();
      return running;
    }
    begin(work).whenComplete((done, thrown) -> settle(key, mine, thrown));
    return mine;
  }

  /** A fault of the work must not leave the record open for ever. */
  private static CompletionStage<Void> begin(Supplier<CompletionStage<Void>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void settle(RecordKey key, CompletableFuture<Void> mine, @Nullable Throwable thrown) {
    synchronized (this) {
      open.remove(key);
      remember(thrown == null ? ended : givenBack, key);
    }
    if (thrown == null) {
      mine.complete(null);
    } else {
      mine.completeExceptionally(thrown);
    }
  }

  private void remember(LinkedHashSet<RecordKey> keys, RecordKey key) {
    keys.add(key);
    if (keys.size() > remembered) {
      keys.removeFirst();
    }
  }

  /** Whether a redelivery is this worker's own doing, and says nothing against the job. */
  synchronized boolean wasGivenBack(RecordKey key) {
    return givenBack.contains(key);
  }
}
