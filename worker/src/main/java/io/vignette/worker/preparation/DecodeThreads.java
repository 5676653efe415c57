package io.vignette.worker.preparation;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that decode, a fixed number of them; beside them one for each decode that goes on though
 * nobody wants its picture any more, so that a file which takes for ever holds up no other.
 *
 * <p>A thread cannot be ended from outside. Few are added: beyond that, processors or memory are
 * what lacks. Thread-safe.
 */
final class DecodeThreads implements AutoCloseable {
  private final ThreadPoolExecutor pool;
  private final int usual;
  private final int besideMax;
  private int unwanted;

  /**
   * @param usual threads, from 1
   * @param besideMax most that are added
   */
  DecodeThreads(int usual, int besideMax, ThreadFactory factory) {
    this.usual = usual;
    this.besideMax = besideMax;
    this.pool =
        new ThreadPoolExecutor(
            usual, usual, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
  }

  /**
   * As threads for one picture.
   *
   * @param end completes when nobody wants the picture any more, or when it is there
   */
  Executor until(CompletionStage<?> end) {
    return decode ->
        pool.execute(
            () -> {
              Decoding decoding = new Decoding();
              end.whenComplete((done, thrown) -> decoding.goesOnUnwanted());
              try {
                decode.run();
              } finally {
                decoding.ended();
              }
            });
  }

  private synchronized void countUnwanted(int change) {
    unwanted += change;
    int size = usual + Math.min(unwanted, besideMax);
    // In this order: the maximum is never below the core.
    if (size > pool.getMaximumPoolSize()) {
      pool.setMaximumPoolSize(size);
      pool.setCorePoolSize(size);
    } else {
      pool.setCorePoolSize(size);
      pool.setMaximumPoolSize(size);
    }
  }

  /** Takes no more; what runs goes on. */
  @Override
  public void close() {
    pool.shutdown();
  }

  /** One that runs. */
  private final class Decoding {
    private boolean isUnwanted;
    private boolean hasEnded;

    synchronized void goesOnUnwanted() {
      if (!hasEnded) {
        isUnwanted = true;
        countUnwanted(1);
      }
    }

    synchronized void ended() {
      hasEnded = true;
      if (isUnwanted) {
        countUnwanted(-1);
      }
    }
  }
}
