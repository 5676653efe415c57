package io.vignette.standalone.captioning;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** What a person sees while a run goes on. Written to standard error. */
public interface Progress extends RunListener, AutoCloseable {

  @Override
  void close();

  /** Shows nothing. */
  static Progress silent() {
    return new Progress() {
      @Override
      public void completed(RunFigures figures) {}

      @Override
      public void close() {}
    };
  }

  /** A bar that redraws itself: for a terminal. */
  static Progress bar(int total, PrintStream err) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("captions")
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
            .setUpdateIntervalMillis(200)
            .setUnit(" images", 1)
            .showSpeed(new java.text.DecimalFormat("0.0"))
            .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(err))
            .build();
    AtomicBoolean open = new AtomicBoolean(true);
    return new Progress() {
      @Override
      public void completed(RunFigures figures) {
        bar.stepTo(figures.kept() + figures.completed());
        bar.setExtraMessage(", " + figures.failed() + " failed");
      }

      @Override
      public void close() {
        // Closed before the summary is printed, and again when the run's resources are: drawn once.
        if (open.compareAndSet(true, false)) {
          bar.close();
        }
      }
    };
  }

  /** A line every few seconds: for a pipe or a log. */
  static Progress lines(PrintStream err) {
    return new Lines(err);
  }

  /** The line printer; one line each interval, and only when something was completed. */
  final class Lines implements Progress {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PrintStream err;
    private long nextNanos = System.nanoTime() + INTERVAL_NANOS;

    private Lines(PrintStream err) {
      this.err = err;
    }

    @Override
    public synchronized void completed(RunFigures figures) {
      long now = System.nanoTime();
      if (now < nextNanos) {
        return;
      }
      nextNanos = now + INTERVAL_NANOS;
      int done = figures.kept() + figures.completed();
      double speed = figures.imagesPerSecond();
      err.printf(
          Locale.ROOT,
          "captions: %d/%d, %.1f images/s, %d s left, %d failed%n",
          done,
          figures.total(),
          speed,
          speed > 0 ? Math.round((figures.total() - done) / speed) : 0,
          figures.failed());
    }

    @Override
    public void close() {}
  }
}
