package io.vignette.broker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when the broker's code asks for the end of the process, as it does when no data
 * folder can be used any more: it is logged and reported, and the process goes on.
 *
 * <p>Kafka knows one procedure for the whole JVM, so every broker that is open hears of it. With
 * the last of them closed it is taken back: what still asks then fails on its own thread.
 */
final class KafkaExit implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaExit.class);
  private static final List<KafkaExit> OPEN = new CopyOnWriteArrayList<>();

  private final Consumer<Throwable> onExit;

  private KafkaExit(Consumer<Throwable> onExit) {
    this.onExit = onExit;
  }

  /** From now on until closed, {@code onExit} is told instead of the process being ended. */
  static KafkaExit watch(Consumer<Throwable> onExit) {
    KafkaExit watch = new KafkaExit(onExit);
    synchronized (OPEN) {
      OPEN.add(watch);
      Exit.setExitProcedure(KafkaExit::asked);
      Exit.setHaltProcedure(KafkaExit::asked);
    }
    return watch;
  }

  /** Never returns, as whoever calls it expects: the exception ends the thread it is called on. */
  private static void asked(int status, @Nullable String message) {
    BrokerException ended =
        new BrokerException(
            "broker: stopped by itself (status "
                + status
                + (message == null ? "" : ", " + message)
                + "); mostly its data folder is gone, full or can't be written");
    LOG.error("broker exit: {}", ended.getMessage());
    OPEN.forEach(watch -> watch.onExit.accept(ended));
    throw ended;
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      OPEN.remove(this);
      if (OPEN.isEmpty()) {
        Exit.resetExitProcedure();
        Exit.resetHaltProcedure();
      }
    }
  }
}
