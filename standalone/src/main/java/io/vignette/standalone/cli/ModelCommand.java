package io.vignette.standalone.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vignette model}: what concerns models and not pictures. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Lists, installs and checks models.",
    subcommands = {ModelListCommand.class, ModelAddCommand.class, ModelCheckCommand.class})
final class ModelCommand implements Runnable {

  @Spec private final CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "list, add or check is missing");
  }
}
