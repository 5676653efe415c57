package io.vignette.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RestartingLoopTest {
  private static final int FAILURES = 20;

  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch working = new CountDownLatch(1);
  private int runs;

  @Test
  void lastingFailureIsToldOnceAndItsEndOnce() throws InterruptedException {
    RestartingLoop loop =
        new RestartingLoop("test", Duration.ofMillis(1), this::failAtFirst, new Told());

    loop.start();

    assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();
    loop.close(Duration.ofSeconds(10));
    assertThat(told).containsExactly("failed", "recovered");
  }

  private void failAtFirst(RestartingLoop loop) throws InterruptedException {
    runs++;
    if (runs <= FAILURES) {
      throw new IllegalStateException("no answer");
    }
    loop.works();
    loop.works();
    working.countDown();
    loop.await(Duration.ofSeconds(30));
  }

  private final class Told implements RestartingLoop.Listener {
    @Override
    public void failed(RuntimeException cause) {
      told.add("failed");
    }

    @Override
    public void recovered(Duration after) {
      told.add("recovered");
    }
  }
}
