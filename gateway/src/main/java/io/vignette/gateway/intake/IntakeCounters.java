package io.vignette.gateway.intake;

import io.vignette.wire.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What became of the events since the start, to be read by a metrics adapter. Thread-safe. */
public final class IntakeCounters {
  private final LongAdder submitted = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private final Map<SkipCause, LongAdder> ignored = adders(SkipCause.class);
  private final Map<Reason, LongAdder> dead = adders(Reason.class);

  /** Pictures whose job is confirmed, repeated events among them. */
  public long submitted() {
    return submitted.sum();
  }

  /** Submissions and dead letters that were tried again. */
  public long retried() {
    return retried.sum();
  }

  /** Events that were ignored. */
  public long ignored(SkipCause cause) {
    return sum(ignored.get(cause));
  }

  /** Events that were set aside. */
  public long dead(Reason reason) {
    return sum(dead.get(reason));
  }

  void countSubmitted() {
    submitted.increment();
  }

  void countRetried() {
    retried.increment();
  }

  void countIgnored(SkipCause cause) {
    ignored.computeIfAbsent(cause, each -> new LongAdder()).increment();
  }

  void countDead(Reason reason) {
    dead.computeIfAbsent(reason, each -> new LongAdder()).increment();
  }

  private static long sum(@Nullable LongAdder adder) {
    return adder == null ? 0 : adder.sum();
  }

  private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> keys) {
    Map<K, LongAdder> adders = new EnumMap<>(keys);
    for (K key : keys.getEnumConstants()) {
      adders.put(key, new LongAdder());
    }
    return adders;
  }
}
