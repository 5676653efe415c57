package io.vignette.worker.batch;

import io.vignette.models.Model;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits or is in flight.
 *
 * <p>Its future says whether anybody still wants the answer; everything else is guarded by the
 * batcher's lock.
 */
final class HeldRequest {
  /** Most urgent first. */
  static final Comparator<HeldRequest> BY_URGENCY =
      Comparator.comparing((HeldRequest held) -> held.urgentSince)
          .thenComparingLong(held -> held.number);

  private final BatchRequest request;
  private final long number;
  private final Instant submittedAt;
  private final Instant urgentSince;
  private final Bucket.Key bucketKey;
  private final CompletableFuture<BatchedAnswer> answer = new CompletableFuture<>();
  private boolean waiting;
  private @Nullable Flight flight;

  HeldRequest(BatchRequest request, long number, Instant submittedAt, Duration headStart) {
    this.request = request;
    this.bucketKey = Bucket.Key.of(request);
    this.number = number;
    this.submittedAt = submittedAt;
    this.urgentSince = request.interactive() ? submittedAt.minus(headStart) : submittedAt;
  }

  BatchRequest request() {
    return request;
  }

  Model model() {
    return request.model();
  }

  Instant submittedAt() {
    return submittedAt;
  }

  CompletableFuture<BatchedAnswer> answer() {
    return answer;
  }

  boolean isWanted() {
    return !answer.isDone();
  }

  boolean isExpiredAt(Instant now) {
    return !now.isBefore(request.deadline());
  }

  Bucket.Key bucketKey() {
    return bucketKey;
  }

  /** Whether it is in an open batch. */
  boolean isWaiting() {
    return waiting;
  }

  void waits(boolean inOpenBatch) {
    waiting = inOpenBatch;
  }

  void boarded(Flight boarded) {
    flight = boarded;
  }

  @Nullable Flight flight() {
    return flight;
  }

  /** Leaves the flight it is in, if any, and returns it. */
  @Nullable Flight alight() {
    Flight left = flight;
    flight = null;
    return left;
  }
}
