package io.vignette.worker.batch;

import static io.vignette.worker.batch.Requests.NOW;
import static io.vignette.worker.batch.Requests.bulk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** A batcher with two places in flight; its engine, clocks and company are in the test's hands. */
final class BatcherRig {
  private final Duration linger;
  final AtomicInteger onTheirWay = new AtomicInteger();
  final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  final AtomicLong nanos = new AtomicLong();
  final HandDrivenEngine engine = new HandDrivenEngine();
  final Batcher batcher;

  /** Whose batches linger for so long that no test sees the end of it. */
  BatcherRig() {
    this(Duration.ofHours(1));
  }

  BatcherRig(Duration linger) {
    this.linger = linger;
    this.batcher = batcher(2, 100);
  }

  Batcher batcher(int inFlightMax, int heldMax) {
    Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    return new Batcher(
        engine,
        new BatchSettings(inFlightMax, heldMax, Duration.ofSeconds(10), linger),
        onTheirWay::get,
        clock,
        nanos::get);
  }

  void fillWindow() {
    submit(bulk(-1), bulk(-2));
  }

  List<CompletableFuture<BatchedAnswer>> submit(BatchRequest... requests) {
    List<CompletableFuture<BatchedAnswer>> answers = new ArrayList<>();
    for (BatchRequest request : requests) {
      answers.add(batcher.submit(request));
    }
    return answers;
  }

  static BatchRequest[] range(int from, int to) {
    return IntStream.range(from, to).mapToObj(Requests::bulk).toArray(BatchRequest[]::new);
  }

  /** Who was in which batch, from that call of the engine on. */
  List<List<Integer>> idsFrom(int call) {
    return engine.calls().stream().skip(call).map(HandDrivenEngine.HandCall::ids).toList();
  }

  static void assertFails(CompletableFuture<BatchedAnswer> answer, Kind kind) {
    assertThat(answer).isCompletedExceptionally();
    assertThatThrownBy(answer::join)
        .cause()
        .isInstanceOfSatisfying(
            InferenceFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
