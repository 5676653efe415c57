package io.vignette.standalone.captioning;

import java.util.concurrent.atomic.AtomicInteger;

/** Whether somebody asked the run to stop, and by which signal. Thread-safe. */
public final class Interruption {

  private final AtomicInteger signal = new AtomicInteger();

  /** Notes a signal by its number (2 = INT, 15 = TERM). False if one was noted before. */
  public boolean request(int signalNumber) {
    return signal.compareAndSet(0, signalNumber);
  }

  public boolean isRequested() {
    return signal.get() != 0;
  }

  /** The exit code a shell expects: 128 + signal. */
  public int exitCode() {
    return 128 + signal.get();
  }
}
