package io.vignette.standalone.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Runs in a JVM with the program's collector (this module's pom says so). */
class TenuredHeapTest {

  private static final int MEBIBYTE = 1 << 20;

  @Test
  void itIsCollectedWhenItHasGrownByAStep() {
    MemoryPoolMXBean tenured = tenured();
    TenuredHeap.keepSmall();
    long threshold = tenured.getUsageThreshold();
    assertThat(threshold).isBetween(1L, tenured.getUsage().getUsed() + 40L * MEBIBYTE);
    long before = collections();

    byte[][] living = new byte[80][MEBIBYTE];
    System.gc(); // Moves what lives to the old part: one collection by us, one by the watch.

    await().atMost(Duration.ofSeconds(10)).until(() -> collections() >= before + 2);
    await().atMost(Duration.ofSeconds(10)).until(() -> tenured.getUsageThreshold() > threshold);
    assertThat(living).hasDimensions(80, MEBIBYTE);
  }

  private static MemoryPoolMXBean tenured() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals("Tenured Gen"))
        .findFirst()
        .orElseThrow();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(collector -> collector.getName().equals("MarkSweepCompact"))
        .findFirst()
        .orElseThrow()
        .getCollectionCount();
  }
}
