package io.vignette.broker;

import java.util.function.Consumer;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a part of the broker fails: it is logged, and a fatal fault is reported.
 *
 * <p>Kafka's own handlers halt the process; inside somebody else's JVM that would lose everything
 * without a word.
 */
final class FaultLog implements FaultHandlerFactory {

  private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);

  private final Consumer<Throwable> onFatal;

  FaultLog(Consumer<Throwable> onFatal) {
    this.onFatal = onFatal;
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return (failure, cause) -> {
      String message = name + ": " + failure;
      if (cause == null) {
        LOG.error("broker fault: {}", message);
      } else {
        LOG.error("broker fault: {}", message, cause);
      }
      action.run();
      FaultHandlerException fault = new FaultHandlerException(message, cause);
      if (fatal) {
        onFatal.accept(fault);
      }
      return fault;
    };
  }
}
