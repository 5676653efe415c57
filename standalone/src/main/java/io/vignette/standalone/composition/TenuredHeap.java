package io.vignette.standalone.composition;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import javax.management.NotificationEmitter;

/**
 * The part of the heap where objects go that lived for a while.
 *
 * <p>The serial collector lets it grow to the largest heap allowed before it looks for garbage
 * there, and the process with it: with room for a picture of 100 million pixels, that would be
 * gigabytes after some hours of small ones. So it is asked to collect whenever that part has grown
 * by a step. Other collectors have no such part, and nothing is done.
 */
final class TenuredHeap {

  private static final String POOL = "Tenured Gen";
  private static final long STEP_BYTES = 40L << 20;

  private TenuredHeap() {}

  /** From now on until the process ends. Calling it again has no effect but repeated collection. */
  static void keepSmall() {
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(POOL) && pool.isUsageThresholdSupported())
        .forEach(TenuredHeap::watch);
  }

  private static void watch(MemoryPoolMXBean pool) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    ((NotificationEmitter) memory)
        .addNotificationListener(
            (notification, context) -> {
              memory.gc();
              allowAnotherStep(pool);
            },
            notification ->
                notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED),
            null);
    allowAnotherStep(pool);
  }

  private static void allowAnotherStep(MemoryPoolMXBean pool) {
    long max = pool.getUsage().getMax();
    long threshold = pool.getUsage().getUsed() + STEP_BYTES;
    pool.setUsageThreshold(max < 0 ? threshold : Math.min(threshold, max));
  }
}
