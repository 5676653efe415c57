package io.vignette.service.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A process that runs out of memory in the way its argument says, and would go on. */
final class MemoryEater {

  /** Who hears of it. */
  enum Way {
    UNCAUGHT,
    LOGGED,
    /** Only the JVM. */
    SWALLOWED,
    /** As UNCAUGHT, and the end in order never ends. */
    STUCK
  }

  private MemoryEater() {}

  /** Ends by itself only if it is not watched. */
  public static void main(String[] arguments) throws Exception {
    Way way = Way.valueOf(arguments[0]);
    Runnable end =
        way == Way.STUCK ? () -> System.out.println("ending") : () -> exit("ended in order");
    LackOfMemory.watch(end, 9, Duration.ofSeconds(1));
    switch (way) {
      case UNCAUGHT, STUCK -> new Thread(MemoryEater::eat, "eater").start();
      case LOGGED -> new Thread(MemoryEater::eatAndLog, "eater").start();
      case SWALLOWED -> {
        CompletableFuture<Void> unread = CompletableFuture.runAsync(MemoryEater::eat);
        unread.handle((done, thrown) -> null).join();
      }
    }
    new CountDownLatch(1).await();
  }

  private static void exit(String said) {
    System.out.println(said);
    new Thread(() -> System.exit(7), "exit").start();
  }

  private static void eat() {
    List<byte[]> eaten = new ArrayList<>();
    while (true) {
      eaten.add(new byte[1 << 20]);
    }
  }

  private static void eatAndLog() {
    try {
      eat();
    } catch (OutOfMemoryError e) {
      Logger.getLogger("a.library")
          .log(Level.SEVERE, "failed", new IllegalStateException("wrapped", e));
    }
  }
}
