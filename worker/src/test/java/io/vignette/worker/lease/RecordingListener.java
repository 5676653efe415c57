package io.vignette.worker.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what it hears. */
final class RecordingListener implements LeaseListener {
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicInteger polls = new AtomicInteger();
  private final AtomicInteger polling = new AtomicInteger();
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();

  @Override
  public void acknowledgementsFailed(LaneKind lane, int records) {
    lost.addAndGet(records);
  }

  @Override
  public void polling(LaneKind lane, boolean began) {
    polling.addAndGet(began ? 1 : -1);
    if (began) {
      polls.incrementAndGet();
    }
  }

  @Override
  public void laneFailed(String lane, RuntimeException cause, Duration wait) {
    failures.add(cause);
  }

  /** Acknowledgements the broker did not confirm. */
  int lost() {
    return lost.get();
  }

  /** Polls begun so far. */
  int polls() {
    return polls.get();
  }

  /** Lanes within a poll now. */
  int polling() {
    return polling.get();
  }

  List<RuntimeException> failures() {
    return failures;
  }
}
