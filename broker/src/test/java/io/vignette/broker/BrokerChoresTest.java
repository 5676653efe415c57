package io.vignette.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.server.util.KafkaScheduler;
import org.junit.jupiter.api.Test;

class BrokerChoresTest {

  @Test
  void aChoreThatHangsIsNotWaitedFor() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    KafkaScheduler chores = new KafkaScheduler(1);
    chores.startup();
    chores.schedule("hangs", () -> hang(running, release), 0, -1);
    running.await();

    try {
      assertTimeoutPreemptively(
          Duration.ofSeconds(10), () -> BrokerChores.end(chores, Duration.ofMillis(50)));
      assertThat(chores.isStarted()).isFalse();
    } finally {
      release.countDown();
    }
  }

  private static void hang(CountDownLatch running, CountDownLatch release) {
    running.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
