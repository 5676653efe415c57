package io.vignette.standalone.cli;

import io.vignette.standalone.composition.SystemException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line as a whole. Exit codes: 0 done, 1 some failed, 2 usage, 70 a fault of ours. */
@Command(
    name = "vignette",
    mixinStandardHelpOptions = true,
    versionProvider = Program.Version.class,
    description = "Captions images: a folder of them, or a stream that never stops.",
    subcommands = {
      CaptionCommand.class,
      ServeCommand.class,
      ResultsCommand.class,
      ModelCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      KeyCommand.class
    },
    footer = {
      "",
      "  vignette caption samples/                          captions.json",
      "  vignette caption photos/ --question \"How many people are there?\"",
      "  vignette serve                                     REST on 127.0.0.1:8080"
    })
public final class Program implements Runnable {

  static final int OK = 0;
  static final int SOME_FAILED = 1;
  static final int USAGE = 2;
  static final int FAULT = 70;

  @Spec private final CommandSpec spec = CommandSpec.create();

  private Program() {}

  /** Runs the program and returns its exit code. Never throws. */
  public static int run(String[] arguments) {
    Signals.endAtOnce();
    CommandLine program = new CommandLine(new Program());
    program.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    program.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    program.setExecutionExceptionHandler(
        (failure, commandLine, parsed) -> report(failure, commandLine.getErr()));
    program.setCaseInsensitiveEnumValuesAllowed(true);
    // "@list.txt" names a list of pictures here, not a file of options.
    program.setExpandAtFiles(false);
    return program.execute(arguments);
  }

  private static int report(Exception failure, PrintWriter err) {
    err.println("vignette: " + failure.getMessage());
    if (failure instanceof UsageException
        || (failure instanceof SystemException system && system.isAskedWrongly())) {
      return USAGE;
    }
    if (Boolean.getBoolean("vignette.stacktrace")) {
      failure.printStackTrace(err);
    } else {
      err.println(
          "vignette: for the details run again with VIGNETTE_JAVA_OPTS=-Dvignette.stacktrace=true");
    }
    return FAULT;
  }

  /** Called without a command. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Program.class.getPackage().getImplementationVersion();
      return new String[] {"vignette " + (version == null ? "(development)" : version)};
    }
  }
}
