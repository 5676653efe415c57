package io.vignette.benchmarks;

import io.vignette.testkit.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How busy {@code vignette caption} keeps the slots of a slow engine whose answers take very
 * different times: a scripted server of OpenAI's interface beside it.
 *
 * <p>Answer times: {@code lognormal} (sigma 0.8, mean 1.5 s), {@code bimodal} (four of 0.3 s, one
 * of 6 s), {@code tail} (lognormal, and one in a hundred of 60 s). The same sequence in each round.
 *
 * <p>Arguments: repository root, slots (comma-separated, default 8,32,64,128), answer times
 * (comma-separated, default all), rounds (default 3), pictures for each slot (default 40). Needs a
 * built tree.
 */
public final class SlowEngine {
  private static final long SEED = 20_261_130L;
  private static final double SIGMA = 0.8;
  private static final double MEAN_SECONDS = 1.5;

  private final Path root;
  private final Path work;

  private SlowEngine(Path root, Path work) {
    this.root = root;
    this.work = work;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    String[] slots = (args.length > 1 ? args[1] : "8,32,64,128").split(",");
    String[] curves = (args.length > 2 ? args[2] : "lognormal,bimodal,tail").split(",");
    int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
    int each = args.length > 4 ? Integer.parseInt(args[4]) : 40;
    SlowEngine benchmark = new SlowEngine(root, Files.createTempDirectory("vignette-slow"));
    for (String curve : curves) {
      for (String slot : slots) {
        benchmark.run(curve, Integer.parseInt(slot), rounds, each);
      }
    }
    System.exit(0);
  }

  private void run(String curve, int slots, int rounds, int each) throws Exception {
    Path folder = Files.createDirectories(work.resolve("pictures-" + slots));
    new Pictures(SEED).writeJpegs(folder, slots * each, 160, 120);
    List<Double> busy = new ArrayList<>();
    List<Double> speed = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      try (SlowServer server = new SlowServer(slots, times(curve))) {
        caption(folder, server, slots);
        SlowServer.Use use = server.use();
        busy.add(use.busy());
        speed.add(use.imagesPerSecond() / use.idealImagesPerSecond());
        System.out.printf(
            Locale.ROOT,
            "%s, %d slots, round %d: %d answers, busy %.3f, %.1f of %.1f images/s%n",
            curve,
            slots,
            round,
            use.answered(),
            use.busy(),
            use.imagesPerSecond(),
            use.idealImagesPerSecond());
      }
    }
    System.out.printf(Locale.ROOT, "%s, %d slots busy: %s%n", curve, slots, Figures.of(busy));
    System.out.printf(Locale.ROOT, "%s, %d slots speed: %s%n", curve, slots, Figures.of(speed));
  }

  private static SlowServer.AnswerTimes times(String curve) {
    Random random = new Random(SEED);
    SlowServer.AnswerTimes lognormal =
        () -> Math.exp(Math.log(MEAN_SECONDS) - SIGMA * SIGMA / 2 + SIGMA * random.nextGaussian());
    return switch (curve) {
      case "lognormal" -> lognormal;
      case "bimodal" -> () -> random.nextInt(5) == 0 ? 6 : 0.3;
      case "tail" -> () -> random.nextInt(100) == 0 ? 60 : lognormal.nextSeconds();
      default ->
          throw new IllegalArgumentException(
              "answer times: " + curve + " (expected: lognormal, bimodal or tail)");
    };
  }

  private void caption(Path folder, SlowServer server, int slots)
      throws IOException, InterruptedException {
    Path log = work.resolve("caption.log");
    List<String> command =
        List.of(
            root.resolve("vignette").toString(),
            "caption",
            folder.toString(),
            "--engine",
            "openai",
            "--endpoint",
            server.endpoint(),
            "--model",
            "slow",
            "--concurrency",
            Integer.toString(slots),
            "--out",
            work.resolve("captions.jsonl").toString(),
            "--overwrite",
            "--quiet");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("exit code " + code + ", see " + log);
    }
  }
}
