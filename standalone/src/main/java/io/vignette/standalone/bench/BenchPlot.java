package io.vignette.standalone.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a bench as bars: images a second, and processor time an image by stage. */
final class BenchPlot {
  private static final int WIDTH = 720;
  private static final int LEFT = 260;
  private static final int RIGHT = 90;
  private static final int BAR = 18;
  private static final int STEP = 26;
  private static final int HEAD = 34;

  private final BenchFigures figures;

  private record Bar(String name, double value, String label) {}

  BenchPlot(BenchFigures figures) {
    this.figures = figures;
  }

  /** An SVG document that needs nothing else. */
  String svg() {
    List<Bar> rates =
        List.of(
            rate("engine alone", figures.alone().imagesPerSecond()),
            rate("through everything", figures.imagesPerSecond()));
    List<Bar> stages = new ArrayList<>();
    for (Map.Entry<String, Double> stage : figures.cpuMillisPerImage().entrySet()) {
      double millis = Math.max(0, stage.getValue());
      stages.add(new Bar(stage.getKey(), millis, String.format(Locale.ROOT, "%.2f ms", millis)));
    }
    int second = 2 * HEAD + rates.size() * STEP;
    int height = second + HEAD + stages.size() * STEP;
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
            font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="#ffffff"/>
            """
                .formatted(WIDTH, height, WIDTH, height));
    bars(svg, "Images a second", rates, HEAD, "#3b6ea5");
    bars(svg, "Processor time an image, by stage", stages, second, "#8a9a5b");
    return svg.append("</svg>\n").toString();
  }

  private static Bar rate(String name, double value) {
    return new Bar(name, value, String.format(Locale.ROOT, "%.1f", value));
  }

  private static void bars(StringBuilder svg, String title, List<Bar> bars, int top, String fill) {
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    svg.append(
        "<text x=\"16\" y=\"%d\" font-weight=\"bold\">%s</text>%n"
            .formatted(top - 12, escaped(title)));
    int y = top;
    for (Bar bar : bars) {
      double length = most > 0 ? (WIDTH - LEFT - RIGHT) * bar.value() / most : 0;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n"
                  + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n"
                  + "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
              LEFT - 10,
              y + BAR - 4,
              escaped(bar.name()),
              LEFT,
              y,
              length,
              BAR,
              fill,
              LEFT + length + 6,
              y + BAR - 4,
              escaped(bar.label())));
      y += STEP;
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
