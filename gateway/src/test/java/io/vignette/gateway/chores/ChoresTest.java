package io.vignette.gateway.chores;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChoresTest {
  private final CountDownLatch passes = new CountDownLatch(3);
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

  private void followed(Runnable fault) throws InterruptedException {
    Chores chores = new Chores(List.of(new Failing(fault)));

    chores.start();

    assertThat(passes.await(10, TimeUnit.SECONDS)).isTrue();
    chores.close();
    assertThat(closed.getCount()).isZero();
  }
}
