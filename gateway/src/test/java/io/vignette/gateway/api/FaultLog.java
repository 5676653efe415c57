package io.vignette.gateway.api;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the whole application logs as an error or with a stack trace, until it is closed. */
final class FaultLog extends Handler implements AutoCloseable {
  private final List<String> faults = new CopyOnWriteArrayList<>();

  FaultLog() {
    Logger.getLogger("").addHandler(this);
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void publish(LogRecord record) {
    boolean isError = record.getLevel().intValue() >= Level.SEVERE.intValue();
    if (isError || record.getThrown() != null) {
      faults.add(
          record.getLevel()
              + " "
              + record.getLoggerName()
              + ": "
              + record.getMessage()
              + (record.getThrown() == null ? "" : ": " + record.getThrown()));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(this);
  }
}
