package io.vignette.standalone.composition;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** When each part of the system was ready, in milliseconds since the JVM started. Thread-safe. */
public final class StartPhases {

  private final long jvmStartMillis = ManagementFactory.getRuntimeMXBean().getStartTime();
  private final Map<String, Long> reached = new LinkedHashMap<>();

  /** Notes that a phase is reached now; the first note counts. */
  public synchronized void reached(String phase) {
    reached.putIfAbsent(phase, System.currentTimeMillis() - jvmStartMillis);
  }

  public synchronized Map<String, Long> millis() {
    return new LinkedHashMap<>(reached);
  }
}
