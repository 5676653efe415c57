package io.vignette.gateway.examples;

import io.vignette.testkit.PythonVenv;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python environment with what the examples require, and their messages, made below {@code
 * target}. Where it can't be made, tests that need it are skipped or fail as {@link PythonVenv}
 * says.
 */
public final class PythonEnvironment {
  private static final Path ROOT = RepositoryFiles.root();
  private static final Path PROTO = ROOT.resolve("proto/src/main/protobuf");
  private static final String MESSAGES = "vignette/v1/job.proto";
  private static final List<Path> REQUIREMENTS =
      List.of(
          ROOT.resolve("examples/results/python/requirements.txt"),
          ROOT.resolve("examples/image-events/python/requirements.txt"));

  private final PythonVenv venv;
  private final Path messages;

  private PythonEnvironment(PythonVenv venv, Path messages) {
    this.venv = venv;
    this.messages = messages;
  }

  /** The environment; blocks while it is made. */
  public static PythonEnvironment required() {
    Path folder = ROOT.resolve("gateway/target/python");
    PythonEnvironment python =
        new PythonEnvironment(
            PythonVenv.required(folder.resolve("venv"), REQUIREMENTS), folder.resolve("messages"));
    try {
      python.compileMessages();
      return python;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A script of {@code examples/} with its arguments, to be started. */
  public ProcessBuilder script(String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable());
    command.add(ROOT.resolve("examples").resolve(script).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("PYTHONPATH", messages.toString());
    process.environment().put("PYTHONUNBUFFERED", "1");
    process.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return process;
  }

  private void compileMessages() throws IOException {
    Files.createDirectories(messages);
    PythonVenv.run(
        List.of(
            executable(),
            "-m",
            "grpc_tools.protoc",
            "-I",
            PROTO.toString(),
            "--python_out=" + messages,
            MESSAGES));
  }

  private String executable() {
    return venv.program("python").toString();
  }
}
