package io.vignette.standalone.cli;

import io.vignette.models.InvalidModelException;
import io.vignette.models.Model;
import io.vignette.models.ModelInstaller;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vignette model add}: copies exported models into the repository. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Checks exported models and copies them into the repository.")
final class ModelAddCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "What vignette-export wrote: its repository, or one model's own folder in it.")
  private Path from = Path.of("");

  @Option(names = "--replace", description = "Replace a model of the same name.")
  private boolean replace;

  @Mixin private ModelFolder folder = new ModelFolder();

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws UsageException {
    if (!Files.isDirectory(from)) {
      throw new UsageException(from + ": no such folder (expected: an exported model)");
    }
    try {
      for (Model model : new ModelInstaller(folder.path()).add(from, replace)) {
        out.printf(
            "%s, version %s: added to %s; vignette model check %s runs a picture through it%n",
            model.name(), model.version(), folder.path(), model.name());
      }
      return Program.OK;
    } catch (InvalidModelException e) {
      throw new UsageException(
          Reason.MODEL_UNAVAILABLE,
          e.getMessage() + "; nothing was changed (--replace replaces models of the same names)");
    } catch (IOException e) {
      throw new UsageException(notAdded(e));
    }
  }

  private String notAdded(IOException failure) {
    StringBuilder message =
        new StringBuilder("model repository: " + folder.path() + ": not added: " + failure);
    for (Throwable left : failure.getSuppressed()) {
      message.append("; ").append(left.getMessage());
    }
    return message.toString();
  }
}
