package io.vignette.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.load.EngineLoad;
import io.vignette.worker.load.Starvation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportTest {
  @TempDir Path folder;

  @Test
  void tellsTheShareAndWhatBoundsIt() {
    String text = new BenchReport(figures(60, 5, Starvation.DECODE), "of a test").text();

    assertThat(text)
        .contains("engine alone")
        .contains("100.0/s   batches of 8, 2 in flight, 1000 images")
        .containsPattern("share of the limit +60 %")
        .containsPattern("waited: decode +40 %")
        .containsPattern("processor time an image +5.00 ms")
        .contains("bounded by decoding");
  }

  @Test
  void aBusyEngineIsTheBound() {
    EngineLoad.Snapshot load = load(95, Starvation.QUEUE_EMPTY);
    assertThat(figures(95, 2, load).bound()).startsWith("the engine");
  }

  @Test
  void busyProcessorsAreTheBound() {
    assertThat(figures(60, 40, Starvation.DECODE).bound())
        .startsWith("processors: 100 % of 2 were busy")
        .endsWith("decode & resize");
  }

  @Test
  void writesATableAndAPlot() throws Exception {
    new BenchReport(figures(60, 5, Starvation.DECODE), "of a test").write(folder.resolve("new"));

    assertThat(folder.resolve("new/bench.md")).content().contains("| share of the limit | 60 % |");
    byte[] plot = Files.readAllBytes(folder.resolve("new/bench.svg"));
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(plot));
    assertThat(new String(plot, StandardCharsets.UTF_8))
        .contains("decode &amp; resize")
        .contains("100.0");
  }

  private static BenchFigures figures(double rate, double millis, Starvation waited) {
    return figures(rate, millis, load(60, waited));
  }

  private static BenchFigures figures(double rate, double millis, EngineLoad.Snapshot load) {
    Map<String, Double> stages = new LinkedHashMap<>();
    stages.put("decode & resize", millis * 0.6);
    stages.put("broker", millis * 0.4);
    return new BenchFigures(
        new EngineAlone.Result(8, 2, 1000, Duration.ofSeconds(10)),
        3000,
        rate,
        load,
        stages,
        Map.of("Produce", 0.2, "Fetch", 0.3),
        6,
        2);
  }

  private static EngineLoad.Snapshot load(double busy, Starvation waited) {
    Map<Starvation, Double> starved = new EnumMap<>(Starvation.class);
    for (Starvation reason : Starvation.values()) {
      starved.put(reason, reason == waited ? 100 - busy : 0.0);
    }
    return new EngineLoad.Snapshot(100, busy, starved, 6000, 100);
  }
}
