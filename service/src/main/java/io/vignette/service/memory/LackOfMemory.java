package io.vignette.service.memory;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Ends the process in order when any thread runs out of memory: after an {@link OutOfMemoryError}
 * threads and connection pools are gone for good, and a process that stays is neither alive nor
 * dead.
 *
 * <pre>
 *   uncaught error ──┐
 *   logged error ────┼──► end in order (leases handed back, outcomes written) ──► status
 *   SIGPWR ──────────┘                        └── not within the limit ──► halt with the status
 * </pre>
 *
 * <p>Libraries catch errors and log them, or keep them in futures that nobody reads. What is
 * uncaught or logged is seen here; of all others only the JVM knows, which sends itself a SIGPWR if
 * it was started with {@code -XX:OnOutOfMemoryError="kill -PWR %p"}. Everything that the end needs
 * is made beforehand. Thread-safe; one for a process.
 */
public final class LackOfMemory {

  /** Not SIGHUP, which nohup ignores for the JVM, and which others send to mean something else. */
  private static final String SIGNAL = "PWR";

  private static final Logger LOG = Logger.getLogger("io.vignette.service.memory");
  private static final int CAUSES_MAX = 20;

  private final Runnable end;
  private final int status;
  private final Duration limit;
  private final CountDownLatch noticed = new CountDownLatch(1);
  private volatile String where = "";

  private LackOfMemory(Runnable end, int status, Duration limit) {
    this.end = end;
    this.status = status;
    this.limit = limit;
  }

  /**
   * Watches from now on, for as long as the process lives.
   *
   * @param end begins the end in order, and returns
   * @param status of the process, if it has to be halted
   * @param limit for the end in order
   */
  public static void watch(Runnable end, int status, Duration limit) {
    LackOfMemory lack = new LackOfMemory(end, status, limit);
    Thread.ofPlatform().name("lack-of-memory").daemon(true).start(lack::awaitAndEnd);
    UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(lack.new Uncaught(before));
    Logger.getLogger("").addHandler(lack.new Logged());
    lack.handleSignal();
  }

  private void handleSignal() {
    try {
      Signal.handle(new Signal(SIGNAL), signal -> notice("SIG" + SIGNAL + " of the JVM"));
    } catch (IllegalArgumentException e) {
      LOG.log(
          Level.FINE, "no SIG" + SIGNAL + " here: errors that libraries swallow are not seen", e);
    }
  }

  private void notice(String place) {
    if (where.isEmpty()) {
      where = place;
    }
    noticed.countDown();
  }

  private void awaitAndEnd() {
    try {
      noticed.await();
      try {
        LOG.log(
            Level.SEVERE,
            "CAP-3001 out of memory, the process ends so that its supervisor starts it again: {0}",
            where);
        end.run();
      } finally {
        TimeUnit.NANOSECONDS.sleep(limit.toNanos());
        Runtime.getRuntime().halt(status);
      }
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(status);
    }
  }

  /** Whether memory was lacking, at first or at last. */
  static boolean isLack(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Errors that end their thread. */
  private final class Uncaught implements UncaughtExceptionHandler {
    private final @Nullable UncaughtExceptionHandler before;

    Uncaught(@Nullable UncaughtExceptionHandler before) {
      this.before = before;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
      if (isLack(thrown)) {
        notice(thread.getName());
      }
      if (before == null) {
        LOG.log(Level.SEVERE, "thread " + thread.getName() + " ended by an error", thrown);
      } else {
        before.uncaughtException(thread, thrown);
      }
    }
  }

  /** Errors that somebody caught, and said so. */
  private final class Logged extends Handler {
    @Override
    public void publish(LogRecord logged) {
      if (isLack(logged.getThrown())) {
        notice(logged.getLoggerName());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
