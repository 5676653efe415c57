package io.vignette.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.testkit.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole pipeline beside the engine alone, in one run: images per second through {@code vignette
 * caption} ÷ images per second of the engine called with ready batches.
 *
 * <p>In both, the engine has one thread on core 0 and everything else runs on core 1. The reference
 * set is 500×375 JPEG files drawn from a fixed seed. The pipeline is the launcher's, flags and
 * start-up cache included. Its rate is that of the second half of the run: on one core the JVM is
 * busy compiling for the first minute or two.
 *
 * <p>Arguments: repository root, pictures (default 10000), repetitions (default 3). Needs a built
 * tree, two cores, Linux with {@code taskset}.
 */
public final class PipelineEfficiency {

  private static final long SEED = 20_260_101L;
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;

  private final Path root;
  private final Path work;
  private final int pictures;

  private PipelineEfficiency(Path root, Path work, int pictures) {
    this.root = root;
    this.work = work;
    this.pictures = pictures;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    int pictures = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    int repetitions = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path work = Files.createTempDirectory("vignette-efficiency");
    new PipelineEfficiency(root, work, pictures).run(repetitions);
  }

  private void run(int repetitions) throws Exception {
    Path folder = Files.createDirectories(work.resolve("pictures"));
    new Pictures(SEED).writeJpegs(folder, pictures, WIDTH, HEIGHT);
    List<Double> ratios = new ArrayList<>();
    List<Double> direct = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      double engine = direct(folder, i);
      double pipeline = whole(folder, i);
      direct.add(engine);
      whole.add(pipeline);
      ratios.add(pipeline / engine);
      System.out.printf(
          Locale.ROOT,
          "round %d: engine %.1f images/s, pipeline %.1f images/s, ratio %.3f%n",
          i + 1,
          engine,
          pipeline,
          pipeline / engine);
    }
    System.out.println("engine alone, images/s: " + Figures.of(direct));
    System.out.println("pipeline,     images/s: " + Figures.of(whole));
    System.out.println("ratio:                  " + Figures.of(ratios));
  }

  private double direct(Path folder, int round) throws IOException, InterruptedException {
    Path log = work.resolve("direct-" + round + ".log");
    List<String> command = new ArrayList<>(java());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            DirectEngine.class.getName(),
            root.resolve("triton-models").toString(),
            folder.toString(),
            "0",
            Integer.toString(pictures)));
    finish(command, log);
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith("images_per_second="))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('=') + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no figure in " + log));
  }

  private double whole(Path folder, int round) throws IOException, InterruptedException {
    Path summary = work.resolve("summary-" + round + ".json");
    List<String> command =
        List.of(
            root.resolve("vignette").toString(),
            "caption",
            folder.toString(),
            "--out",
            work.resolve("captions-" + round + ".json").toString(),
            "--json-summary",
            summary.toString(),
            "--quiet");
    finish(command, work.resolve("whole-" + round + ".log"));
    JsonNode figures = new ObjectMapper().readTree(summary.toFile());
    System.out.println("cpu milliseconds an image: " + figures.path("cpu_millis_per_image"));
    System.out.println(
        "records an image: "
            + figures.path("records_per_image")
            + ", requests: "
            + figures.path("requests_per_image"));
    return figures.path("steady_images_per_second").asDouble();
  }

  private static void finish(List<String> command, Path log)
      throws IOException, InterruptedException {
    try (PinnedProcess process = PinnedProcess.start(command, log)) {
      process.pinEngine();
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException("exit code " + code + ", see " + log);
      }
    }
  }

  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC");
  }
}
