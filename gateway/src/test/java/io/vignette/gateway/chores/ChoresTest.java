package io.vignette.gateway.chores;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ChoresTest {
  private final CountDownLatch passes = new CountDownLatch(3);
  private final CountDownLatch early = new CountDownLatch(3);
  private final CountDownLatch closed = new CountDownLatch(1);

  private final class Failing implements Chore {
    private final Runnable fault;

    private Failing(Runnable fault) {
      this.fault = fault;
    }

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public Duration interval() {
      return Duration.ofMillis(20);
    }

    @Override
    public void pass() {
      passes.countDown();
      fault.run();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void whatNeedsNoReadyGatewayBeginsEarly() throws InterruptedException {
    Chores running = new Chores(List.of(new Failing(() -> {}), new Early()));
    try {
      running.startEarly();

      assertThat(early.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(passes.getCount()).isEqualTo(3);
    } finally {
      running.close();
    }
  }

  private final class Early implements Chore {
    @Override
    public String name() {
      return "early";
    }

    @Override
    public Duration interval() {
      return Duration.ofMillis(1);
    }

    @Override
    public boolean needsReadyGateway() {
      return false;
    }

    @Override
    public void pass() {
      early.countDown();
    }
  }

  @Test
  void failedPassIsFollowedByTheNext() throws InterruptedException {
    followed(
        () -> {
          throw new IllegalStateException("this pass fails");
        });
  }

  @Test
  void passThatEndsInAnErrorIsFollowedByTheNext() throws InterruptedException {
    followed(
        () -> {
          throw new NoClassDefFoundError("this pass fails");
        });
  }

  @Test
  void failureThatRepeatsIsLoggedOnce() throws InterruptedException {
    AtomicInteger lines = new AtomicInteger();
    Logger logger = Logger.getLogger(Chores.class.getName());
    Handler counting = new Counting(lines);
    logger.addHandler(counting);
    try {
      followed(
          () -> {
            throw new IllegalStateException("this pass fails");
          });
    } finally {
      logger.removeHandler(counting);
    }

    assertThat(lines).hasValue(1);
  }

  private static final class Counting extends Handler {
    private final AtomicInteger lines;

    private Counting(AtomicInteger lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord record) {
      lines.incrementAndGet();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private void followed(Runnable fault) throws InterruptedException {
    Chores chores = new Chores(List.of(new Failing(fault)));

    chores.start();

    assertThat(passes.await(10, TimeUnit.SECONDS)).isTrue();
    chores.close();
    assertThat(closed.getCount()).isZero();
  }
}
