package io.vignette.standalone.cli;

import io.vignette.models.Model;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vignette model list}: the models of the repository, one a line. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Lists the models of the repository: * serves requests that name none, ! can't be used.")
final class ModelListCommand implements Callable<Integer> {

  private static final String LINE = "%-2s%-24s %7s %9s %7s %7s %6s %10s  %s%n";
  private static final double MEGABYTE = 1e6;

  @Mixin private ModelFolder folder = new ModelFolder();

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws UsageException {
    String standard = standardName();
    boolean allUsable = true;
    out.printf(
        LINE, "", "NAME", "VERSION", "PICTURE", "PROMPT", "ANSWER", "BATCH", "GRAPHS", "LICENCE");
    for (String name : folder.names()) {
      try {
        print(folder.load(name), name.equals(standard) ? "*" : "");
      } catch (UsageException e) {
        allUsable = false;
        out.printf("%-2s%-24s %s%n", "!", name, e.getMessage());
      }
    }
    return allUsable ? Program.OK : Program.SOME_FAILED;
  }

  /** Empty where a broken model keeps the repository from serving any. */
  private String standardName() {
    try {
      return folder.load().defaultModel().name();
    } catch (UsageException e) {
      return "";
    }
  }

  private void print(Model model, String mark) {
    out.printf(
        LINE,
        mark,
        model.name(),
        model.version(),
        model.imageWidth() + "x" + model.imageHeight(),
        model.profile().text().maxPromptTokens(),
        model.maxNewTokens(),
        model.maxBatchSize(),
        "%.1f MB".formatted(graphBytes(model) / MEGABYTE),
        model.profile().license());
  }

  /** Of both graphs, with the weights that lie beside large ones. */
  private static long graphBytes(Model model) {
    return Stream.of(model.visionEncoderFile(), model.llmFile())
        .mapToLong(graph -> folderBytes(graph.resolveSibling("")))
        .sum();
  }

  private static long folderBytes(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
