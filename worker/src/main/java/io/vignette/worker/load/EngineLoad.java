package io.vignette.worker.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How much of the engine was in use, and what the rest of it waited for.
 *
 * <p>Looks ten times a second ({@link #look()}, called by one thread) and counts the time since the
 * last look as what it sees; what is shorter than a look may be missed. Reading is thread-safe.
 */
public final class EngineLoad {
  /** Milliseconds from one look to the next. */
  public static final long LOOK_MILLIS = 100;

  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final long MARK_NANOS = 1_000_000_000L;

  /**
   * What is looked at. All are asked without blocking.
   *
   * @param concurrency batches that the engine computes at once, from 1
   * @param inFlight batches at the engine
   * @param isReady whether the engine can infer
   * @param waiting requests that are ready for the engine
   * @param decoding pictures at the decoder or before it
   * @param fetching pictures whose bytes are on their way
   * @param images answered since the start
   * @param imagesPerSecondMax what the engine could do, 0 where that is not known
   */
  public record Gauges(
      int concurrency,
      IntSupplier inFlight,
      BooleanSupplier isReady,
      IntSupplier waiting,
      IntSupplier decoding,
      IntSupplier fetching,
      LongSupplier images,
      DoubleSupplier imagesPerSecondMax) {}

  /**
   * Totals since the start. Immutable.
   *
   * @param seconds looked at
   * @param busySeconds of them, with each look weighed by the share of the engine in use
   * @param starvedSeconds the rest of them, by what was waited for
   * @param images answered
   * @param imagesPerSecondMax what the engine could do, 0 where that is not known
   */
  public record Snapshot(
      double seconds,
      double busySeconds,
      Map<Starvation, Double> starvedSeconds,
      long images,
      double imagesPerSecondMax) {

    public Snapshot {
      starvedSeconds = Map.copyOf(starvedSeconds);
    }

    /** What came since {@code before}. */
    public Snapshot since(Snapshot before) {
      Map<Starvation, Double> starved = new EnumMap<>(Starvation.class);
      starvedSeconds.forEach(
          (reason, total) ->
              starved.put(reason, total - before.starvedSeconds().getOrDefault(reason, 0.0)));
      return new Snapshot(
          seconds - before.seconds(),
          busySeconds - before.busySeconds(),
          starved,
          images - before.images(),
          imagesPerSecondMax);
    }

    /** Share of the engine in use, 0 to 1. */
    public double busyRatio() {
      return seconds > 0 ? busySeconds / seconds : 0;
    }

    public double imagesPerSecond() {
      return seconds > 0 ? images / seconds : 0;
    }

    /** Images a second ÷ what the engine could do at its best batch size; 0 where unknown. */
    public double shareOfLimit() {
      return imagesPerSecondMax > 0 ? Math.min(1, imagesPerSecond() / imagesPerSecondMax) : 0;
    }
  }

  /** A snapshot and when it was taken. */
  private record Mark(long nanos, Snapshot totals) {}

  private final Gauges gauges;
  private final LongSupplier clock;
  private final Map<Starvation, Double> starved = new EnumMap<>(Starvation.class);
  private final Deque<Mark> marks = new ArrayDeque<>();
  private double seconds;
  private double busy;
  private long lastNanos;

  /**
   * @param clock nanoseconds that never go back, as {@link System#nanoTime()}
   */
  public EngineLoad(Gauges gauges, LongSupplier clock) {
    this.gauges = gauges;
    this.clock = clock;
    for (Starvation reason : Starvation.values()) {
      starved.put(reason, 0.0);
    }
    this.lastNanos = clock.getAsLong();
    marks.add(new Mark(lastNanos, snapshot()));
  }

  /** Counts the time since the last look. */
  public synchronized void look() {
    long now = clock.getAsLong();
    double passed = (now - lastNanos) / 1e9;
    lastNanos = now;
    double inUse = Math.min(1.0, (double) gauges.inFlight().getAsInt() / gauges.concurrency());
    seconds += passed;
    busy += inUse * passed;
    if (inUse < 1) {
      starved.merge(reason(), (1 - inUse) * passed, Double::sum);
    }
    mark(now);
  }

  private void mark(long now) {
    if (now - marks.getLast().nanos() >= MARK_NANOS) {
      marks.addLast(new Mark(now, snapshot()));
      while (marks.size() > 1 && now - marks.getFirst().nanos() > WINDOW_NANOS) {
        marks.removeFirst();
      }
    }
  }

  /** The last stage that has anything: what is before it has delivered. */
  private Starvation reason() {
    if (!gauges.isReady().getAsBoolean()) {
      return Starvation.ENGINE_AWAY;
    }
    if (gauges.waiting().getAsInt() > 0) {
      return Starvation.BATCH;
    }
    if (gauges.decoding().getAsInt() > 0) {
      return Starvation.DECODE;
    }
    return gauges.fetching().getAsInt() > 0 ? Starvation.FETCH : Starvation.QUEUE_EMPTY;
  }

  /** Everything since the start. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(
        seconds,
        busy,
        starved,
        gauges.images().getAsLong(),
        gauges.imagesPerSecondMax().getAsDouble());
  }

  /** The last minute, or all where it is shorter. */
  public synchronized Snapshot lastMinute() {
    return snapshot().since(marks.getFirst().totals());
  }
}
