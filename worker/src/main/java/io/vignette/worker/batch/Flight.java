package io.vignette.worker.batch;

import io.vignette.models.Model;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch in flight: who is aboard, who has arrived, who failed together with others.
 *
 * <p>Not thread-safe; guarded by the batcher's lock.
 */
final class Flight {
  private final List<HeldRequest> passengers;
  private final Instant startedAt;
  private final long startedNanos;
  private final List<HeldRequest> suspects = new ArrayList<>();
  private int underway;
  private int wanted;
  private @Nullable InferenceCall call;

  Flight(List<HeldRequest> passengers, Instant startedAt, long startedNanos) {
    this.passengers = List.copyOf(passengers);
    this.startedAt = startedAt;
    this.startedNanos = startedNanos;
    this.underway = passengers.size();
    this.wanted = passengers.size();
    passengers.forEach(passenger -> passenger.boarded(this));
  }

  List<HeldRequest> passengers() {
    return passengers;
  }

  String model() {
    return passengers.getFirst().model().name();
  }

  /** {@code System.nanoTime()} of its start. */
  long startedNanos() {
    return startedNanos;
  }

  int size() {
    return passengers.size();
  }

  InferenceBatch batch() {
    Model model = passengers.getFirst().model();
    return new InferenceBatch(
        model, passengers.stream().map(passenger -> passenger.request().item()).toList());
  }

  /** The last instant at which anybody aboard wants an answer. */
  Instant deadline() {
    return passengers.stream()
        .map(passenger -> passenger.request().deadline())
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  Duration waited(HeldRequest passenger) {
    return notNegative(Duration.between(passenger.submittedAt(), startedAt));
  }

  Duration inferred(Instant now) {
    return notNegative(Duration.between(startedAt, now));
  }

  /** Clocks may step back. */
  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** The engine has completed one item. */
  void arrived(HeldRequest passenger) {
    underway--;
    leaves(passenger);
  }

  /** Nobody waits for this passenger any more, though the engine may still. */
  void leaves(HeldRequest passenger) {
    if (passenger.alight() != null) {
      wanted--;
    }
  }

  boolean hasLanded() {
    return underway == 0;
  }

  /** Whether the engine still works on items, but for nobody. */
  boolean isAbandoned() {
    return wanted == 0 && underway > 0;
  }

  /** Notes who failed for a reason that any other passenger may have caused. */
  void suspect(HeldRequest passenger) {
    suspects.add(passenger);
  }

  /** The suspects in halves, to be tried apart; a single one alone. */
  List<List<HeldRequest>> suspectHalves() {
    int middle = suspects.size() / 2;
    return List.of(
            List.copyOf(suspects.subList(0, middle)),
            List.copyOf(suspects.subList(middle, suspects.size())))
        .stream()
        .filter(half -> !half.isEmpty())
        .toList();
  }

  void took(InferenceCall started) {
    call = started;
  }

  /** The engine's call; null until the engine has taken the batch. */
  @Nullable InferenceCall call() {
    return call;
  }
}
