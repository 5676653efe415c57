package io.vignette.ledger.topology;

import io.vignette.ledger.state.Effect;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the ledger has seen since it was made, to be read by a metrics adapter.
 *
 * <p>Thread-safe. Counts work, not facts: events folded again after an aborted transaction are
 * counted again.
 */
public final class LedgerCounters {

  private final Map<Effect, LongAdder> effects = new EnumMap<>(Effect.class);
  private final LongAdder unreadable = new LongAdder();
  private final LongAdder repaired = new LongAdder();
  private final LongAdder forgotten = new LongAdder();
  private final LongAdder threadRestarts = new LongAdder();

  public LedgerCounters() {
    for (Effect effect : Effect.values()) {
      effects.put(effect, new LongAdder());
    }
  }

  /** Events that had {@code effect}. */
  public long events(Effect effect) {
    return adder(effect).sum();
  }

  /** Records on the events topic that were skipped because they are no events. */
  public long unreadable() {
    return unreadable.sum();
  }

  /** Events that were folded without the parts of them that cannot be. */
  public long repaired() {
    return repaired.sum();
  }

  /** Entries deleted after their retention. */
  public long forgotten() {
    return forgotten.sum();
  }

  /** Stream threads that were replaced after a fault. */
  public long threadRestarts() {
    return threadRestarts.sum();
  }

  void count(Effect effect) {
    adder(effect).increment();
  }

  void countUnreadable() {
    unreadable.increment();
  }

  void countRepaired() {
    repaired.increment();
  }

  void countForgotten(int entries) {
    forgotten.add(entries);
  }

  void countThreadRestart() {
    threadRestarts.increment();
  }

  private LongAdder adder(Effect effect) {
    LongAdder adder = effects.get(effect);
    if (adder == null) {
      throw new IllegalStateException("effect: " + effect + " (expected: one of Effect's values)");
    }
    return adder;
  }
}
