package io.vignette.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.testkit.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole pipeline on a real Triton server beside a minimal client of the same server, in turn:
 * images per second through {@code vignette caption --engine triton} ÷ images per second of ready
 * batches.
 *
 * <p>The server, with one thread a model, has core 0; everything else runs on core 1. The reference
 * set is 500×375 JPEG files drawn from a fixed seed. The pipeline's rate is that of the second half
 * of its run, as in {@link PipelineEfficiency}; the client's follows a warm-up in its own process.
 *
 * <p>Arguments: repository root, pictures (default 6000), repetitions (default 3), the client's
 * batches in flight (default 4). Needs a built tree, two cores, Linux with {@code taskset}.
 */
public final class TritonPipeline {

  private static final long SEED = 20_260_101L;
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final int DIFFERENT_MAX = 1_000;

  private final Path root;
  private final Path work;
  private final Path folder;
  private final int pictures;
  private final int inFlight;

  private TritonPipeline(Path root, Path work, Path folder, int pictures, int inFlight) {
    this.root = root;
    this.work = work;
    this.folder = folder;
    this.pictures = pictures;
    this.inFlight = inFlight;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    // Where the testkit finds the repository's files.
    System.setProperty("vignette.root", root.toString());
    int pictures = args.length > 1 ? Integer.parseInt(args[1]) : 6_000;
    int repetitions = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    int inFlight = args.length > 3 ? Integer.parseInt(args[3]) : 4;
    Path work = Files.createTempDirectory("vignette-triton-pipeline");
    Path folder = referenceSet(work, pictures);
    Model model = ModelRepository.load(root.resolve("triton-models")).defaultModel();
    try (PinnedTriton triton = PinnedTriton.start(model)) {
      new TritonPipeline(root, work, folder, pictures, inFlight).run(triton, repetitions);
    }
  }

  /** So many files, of which at most a thousand differ. */
  static Path referenceSet(Path work, int pictures) throws IOException {
    Path folder = Files.createDirectories(work.resolve("pictures"));
    int different = Math.min(pictures, DIFFERENT_MAX);
    List<Path> files = new Pictures(SEED).writeJpegs(folder, different, WIDTH, HEIGHT);
    for (int i = different; i < pictures; i++) {
      Files.createLink(folder.resolve("again-%05d.jpg".formatted(i)), files.get(i % different));
    }
    return folder;
  }

  private void run(PinnedTriton triton, int repetitions) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> direct = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      double pipeline = whole(triton, i);
      double client = direct(triton, i);
      whole.add(pipeline);
      direct.add(client);
      ratios.add(pipeline / client);
      System.out.printf(
          Locale.ROOT,
          "round %d: pipeline %.1f images/s, client %.1f images/s, ratio %.3f%n",
          i + 1,
          pipeline,
          client,
          pipeline / client);
    }
    System.out.println("pipeline,       images/s: " + Figures.of(whole));
    System.out.println("minimal client, images/s: " + Figures.of(direct));
    System.out.println("ratio:                    " + Figures.of(ratios));
  }

  private double whole(PinnedTriton triton, int round) throws IOException, InterruptedException {
    Path summary = work.resolve("summary-" + round + ".json");
    PinnedTriton.Counted before = triton.counted();
    finish(
        List.of(
            root.resolve("vignette").toString(),
            "caption",
            folder.toString(),
            "--engine",
            "triton",
            "--endpoint",
            triton.endpoint(),
            "--out",
            work.resolve("captions-" + round + ".json").toString(),
            "--json-summary",
            summary.toString(),
            "--quiet"),
        work.resolve("whole-" + round + ".log"));
    JsonNode figures = new ObjectMapper().readTree(summary.toFile());
    System.out.println("pipeline: server, a picture: " + triton.counted().perPictureSince(before));
    System.out.println(
        "pipeline: CPU milliseconds an image: " + figures.path("cpu_millis_per_image"));
    return figures.path("steady_images_per_second").asDouble();
  }

  private double direct(PinnedTriton triton, int round) throws IOException, InterruptedException {
    Path log = work.resolve("direct-" + round + ".log");
    PinnedTriton.Counted before = triton.counted();
    finish(
        JavaCommand.of(
            DirectTriton.class,
            root.resolve("triton-models").toString(),
            folder.toString(),
            triton.endpoint(),
            Integer.toString(inFlight),
            Integer.toString(pictures)),
        log);
    System.out.println("client:   server, a picture: " + triton.counted().perPictureSince(before));
    System.out.println("client:   CPU milliseconds an image: " + figure(log, "cpu_millis"));
    return figure(log, "images_per_second");
  }

  private static double figure(Path log, String name) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith(name + "="))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in " + log));
  }

  private static void finish(List<String> command, Path log)
      throws IOException, InterruptedException {
    try (PinnedProcess process = PinnedProcess.start(command, log)) {
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException("exit code " + code + ", see " + log);
      }
    }
  }
}
