package io.vignette.gateway.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the server has cut, by cause. Thread-safe. */
@ApplicationScoped
public class CutCounters {
  private final Map<Cut, LongAdder> counts = new EnumMap<>(Cut.class);

  public CutCounters() {
    for (Cut cut : Cut.values()) {
      counts.put(cut, new LongAdder());
    }
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    counts.forEach(
        (cut, count) ->
            FunctionCounter.builder("vignette.http.cuts", count, LongAdder::sum)
                .description("Connections and requests that the server ended, by cause")
                .tag("cause", cut.label())
                .register(registry));
  }

  /** One more. */
  public void count(Cut cut) {
    LongAdder count = counts.get(cut);
    if (count != null) {
      count.increment();
    }
  }
}
