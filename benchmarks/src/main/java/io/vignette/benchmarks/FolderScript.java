package io.vignette.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.models.ModelRepository;
import io.vignette.testkit.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code vignette caption} beside the script that people write for a folder of pictures, by turns:
 * the same files, model and cores.
 *
 * <p>Both sides have both cores and their own default settings, as a user of the two would have
 * them; nothing is told apart by core. The reference set is 500×375 JPEG files drawn from a fixed
 * seed. Wall time is that of the process, from its start to its end. Each side captions a few
 * pictures first, untimed, so that nothing is built or installed within a round; the sides' order
 * changes with each round.
 *
 * <p>Arguments: repository root, pictures (default 4000), rounds (default 3), cores as {@code
 * taskset} has them (default 0,1). Needs a built tree, Linux with {@code taskset}, Python for the
 * script.
 */
public final class FolderScript {

  private static final long SEED = 20_260_101L;
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final int PICTURES_BEFORE = 32;
  private static final String GUARANTEES =
      """
      script:   no guarantee; captions are written once, at the end: a crash loses all of them, one \
      bad picture ends the run
      vignette: exactly one record a picture, with a caption or a reason; after a crash \
      --skip-existing goes on
      """;

  private final Path root;
  private final Path work;
  private final Path python;
  private final String cores;
  private final String model;
  private final Map<String, List<Double>> ratios = new HashMap<>();

  /** A side's program. */
  private interface Side {

    /**
     * Captions the folder.
     *
     * @param name of files for this run
     */
    Run caption(Path folder, String name) throws Exception;
  }

  /**
   * What a side made of a folder.
   *
   * @param seconds from the start of the process to its end
   * @param ownSeconds by the side's own clock, without its start
   * @param cpuSeconds of processor time, the process and its children
   * @param captions by the names of files
   */
  private record Run(
      double seconds, double ownSeconds, double cpuSeconds, Map<String, String> captions) {}

  /** A process that has ended well. */
  private record Ended(double seconds, double cpuSeconds) {}

  private FolderScript(Path root, Path work, Path python, String cores, String model) {
    this.root = root;
    this.work = work;
    this.python = python;
    this.cores = cores;
    this.model = model;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    int pictures = args.length > 1 ? Integer.parseInt(args[1]) : 12_000;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    String cores = args.length > 3 ? args[3] : "0,1";
    Path python = PeerFolder.installed(root, "folder-script").resolve("venv/bin/python");
    String model = ModelRepository.load(root.resolve("triton-models")).defaultModel().name();
    Path work = Files.createTempDirectory("vignette-folder-script");
    new FolderScript(root, work, python, cores, model).run(pictures, rounds);
  }

  private void run(int pictures, int rounds) throws Exception {
    System.out.printf(
        "%d JPEG files of %d×%d, %s, both sides on cores %s with their default threads%n%s",
        pictures, WIDTH, HEIGHT, model, cores, GUARANTEES);
    Path few = folder("few", PICTURES_BEFORE);
    script(few, "script-before");
    vignette(few, "vignette-before");
    Path folder = folder("pictures", pictures);
    for (int round = 1; round <= rounds; round++) {
      round(folder, pictures, round);
    }
    System.out.println("script ÷ vignette, images/s, whole process: " + of("whole"));
    System.out.println("script ÷ vignette, images/s, without start: " + of("own"));
    System.out.println("script ÷ vignette, processor time:          " + of("cpu"));
  }

  private Path folder(String name, int pictures) throws IOException {
    Path folder = Files.createDirectories(work.resolve(name));
    new Pictures(SEED).writeJpegs(folder, pictures, WIDTH, HEIGHT);
    return folder;
  }

  private Figures of(String ratio) {
    return Figures.of(ratios.getOrDefault(ratio, List.of()));
  }

  private void round(Path folder, int pictures, int round) throws Exception {
    Run script;
    Run ours;
    if (round % 2 == 1) {
      script = run(this::script, "script", folder, pictures, round);
      ours = run(this::vignette, "vignette", folder, pictures, round);
    } else {
      ours = run(this::vignette, "vignette", folder, pictures, round);
      script = run(this::script, "script", folder, pictures, round);
    }
    add("whole", ours.seconds() / script.seconds());
    add("own", ours.ownSeconds() / script.ownSeconds());
    add("cpu", script.cpuSeconds() / ours.cpuSeconds());
    long same =
        ours.captions().entrySet().stream()
            .filter(each -> each.getValue().equals(script.captions().get(each.getKey())))
            .count();
    System.out.printf(
        Locale.ROOT,
        "  script ÷ vignette, images/s: %.3f, without start %.3f; same captions: %d of %d%n",
        ours.seconds() / script.seconds(),
        ours.ownSeconds() / script.ownSeconds(),
        same,
        pictures);
  }

  private void add(String ratio, double value) {
    ratios.computeIfAbsent(ratio, none -> new ArrayList<>()).add(value);
  }

  private static Run run(Side side, String name, Path folder, int pictures, int round)
      throws Exception {
    Run run = side.caption(folder, name + "-" + round);
    System.out.printf(
        Locale.ROOT,
        "round %d, %-9s %.1f images/s (%.1f s), without start %.1f images/s (%.1f s);"
            + " %.2f ms of processor time a picture; %d captions%n",
        round,
        name + ":",
        pictures / run.seconds(),
        run.seconds(),
        pictures / run.ownSeconds(),
        run.ownSeconds(),
        run.cpuSeconds() * 1e3 / pictures,
        run.captions().size());
    return run;
  }

  private Run script(Path folder, String name) throws IOException, InterruptedException {
    Path output = work.resolve(name + ".json");
    Path log = work.resolve(name + ".log");
    Ended ended =
        finish(
            log,
            python.toString(),
            root.resolve("benchmarks/peers/folder-script/caption_folder.py").toString(),
            folder.toString(),
            root.resolve("triton-models").toString(),
            model,
            output.toString());
    double ownSeconds =
        Files.readAllLines(log).stream()
            .filter(line -> line.startsWith("seconds="))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('=') + 1)))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no figure in " + log));
    return new Run(ended.seconds(), ownSeconds, ended.cpuSeconds(), captions(output, "image"));
  }

  private Run vignette(Path folder, String name) throws IOException, InterruptedException {
    Path output = work.resolve(name + ".json");
    Path summary = work.resolve(name + "-summary.json");
    Ended ended =
        finish(
            work.resolve(name + ".log"),
            root.resolve("vignette").toString(),
            "caption",
            folder.toString(),
            "--out",
            output.toString(),
            "--json-summary",
            summary.toString(),
            "--quiet");
    double ownSeconds =
        new ObjectMapper().readTree(summary.toFile()).path("wall_seconds").asDouble();
    return new Run(ended.seconds(), ownSeconds, ended.cpuSeconds(), captions(output, "id"));
  }

  private static Map<String, String> captions(Path output, String key) throws IOException {
    Map<String, String> captions = new HashMap<>();
    for (JsonNode each : new ObjectMapper().readTree(output.toFile())) {
      if (each.hasNonNull("caption")) {
        captions.put(each.path(key).asText(), each.path("caption").asText());
      }
    }
    return captions;
  }

  private Ended finish(Path log, String... command) throws IOException, InterruptedException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
    pinned.addAll(List.of(command));
    long cpu = ProcessCpu.ofEndedChildren();
    long start = System.nanoTime();
    int code =
        new ProcessBuilder(pinned)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (code != 0) {
      throw new IllegalStateException("exit code " + code + ", see " + log);
    }
    return new Ended(seconds, (ProcessCpu.ofEndedChildren() - cpu) / 1e9);
  }
}
