package io.vignette.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Decoding and resizing beside Pillow, on the same files, one core, by turns: milliseconds of the
 * quickest repetition of each round, and Pillow's ÷ ours. Large JPEGs once more decoded at a
 * fraction of their size, beside Pillow in full and beside its {@code draft}, which does the same.
 *
 * <p>Arguments: repository root, rounds (default 3). Linux with {@code taskset}; installs Pillow
 * from PyPI on first use.
 */
public final class Pixels {
  private static final String CORE = "1";
  private static final String PEER_SECONDS = "2";

  /** At least four times the model's side. */
  private static final String LARGE = ".*/(1080p|12mpx)\\.jpg";

  private Pixels() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path peer = root.resolve("benchmarks/peers/pillow");
    String python = PeerFolder.installed(root, "pillow").resolve("venv/bin/python").toString();
    String script = peer.resolve("pixels.py").toString();
    Path folder = Files.createTempDirectory("vignette-pixels");
    lines(List.of(python, script, "make", folder.toString()));
    List<String> files = files(folder);
    Map<String, List<Double>> ours = new LinkedHashMap<>();
    Map<String, List<Double>> theirs = new LinkedHashMap<>();
    List<String> large = files.stream().filter(file -> file.matches(LARGE)).toList();
    Map<String, List<Double>> scaled = new LinkedHashMap<>();
    Map<String, List<Double>> drafted = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      add(ours, pinned(java(PixelPreparation.FULL), files));
      add(theirs, pinned(List.of(python, script, "time", PEER_SECONDS), files));
      add(scaled, pinned(java(PixelPreparation.SCALED), large));
      add(drafted, pinned(List.of(python, script, "draft", PEER_SECONDS), large));
    }
    print("in full", files, ours, theirs);
    print("ours at a fraction of the size, Pillow in full", large, scaled, theirs);
    print("both at a fraction of the size", large, scaled, drafted);
  }

  private static void print(
      String title,
      List<String> files,
      Map<String, List<Double>> ours,
      Map<String, List<Double>> theirs) {
    System.out.printf("%s%n", title);
    System.out.printf("%-14s %-28s %-28s %s%n", "file", "ours, ms", "Pillow, ms", "Pillow / ours");
    for (String file : files) {
      Figures our = Figures.of(ours.getOrDefault(file, List.of()));
      Figures their = Figures.of(theirs.getOrDefault(file, List.of()));
      System.out.printf(
          Locale.ROOT,
          "%-14s min %8.3f median %8.3f  min %8.3f median %8.3f  %.2f%n",
          Path.of(file).getFileName(),
          our.min(),
          our.median(),
          their.min(),
          their.median(),
          their.min() / our.min());
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private static List<String> java(String decode) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC",
        "-Xmx1536m",
        "-cp",
        System.getProperty("java.class.path"),
        PixelPreparation.class.getName(),
        decode);
  }

  private static List<String> pinned(List<String> command, List<String> files) throws Exception {
    List<String> whole = new ArrayList<>(List.of("taskset", "-c", CORE));
    whole.addAll(command);
    whole.addAll(files);
    return lines(whole);
  }

  private static void add(Map<String, List<Double>> to, List<String> lines) {
    for (String line : lines) {
      int space = line.lastIndexOf(' ');
      if (line.startsWith("/") && space > 0) {
        to.computeIfAbsent(line.substring(0, space), file -> new ArrayList<>())
            .add(Double.parseDouble(line.substring(space + 1)));
      }
    }
  }

  private static List<String> lines(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      lines = out.lines().toList();
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("exit code " + process.exitValue() + ": " + command);
    }
    return lines;
  }
}
