package io.vignette.gateway.submission;

import io.vignette.wire.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests since the start, to be read by a metrics adapter. Thread-safe. */
public final class SubmissionCounters {
  private final LongAdder accepted = new LongAdder();
  private final Map<Reason, LongAdder> rejected = new EnumMap<>(Reason.class);

  SubmissionCounters() {
    for (Reason reason : Reason.values()) {
      rejected.put(reason, new LongAdder());
    }
  }

  /** Requests that were confirmed. */
  public long accepted() {
    return accepted.sum();
  }

  /** Requests that were refused or failed, by reason. */
  public long rejected(Reason reason) {
    LongAdder adder = rejected.get(reason);
    return adder == null ? 0 : adder.sum();
  }

  void countAccepted() {
    accepted.increment();
  }

  void countRejected(Reason reason) {
    LongAdder adder = rejected.get(reason);
    if (adder != null) {
      adder.increment();
    }
  }
}
