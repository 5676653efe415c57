package io.vignette.gateway.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * A Python environment with what the examples require, and their messages, made below {@code
 * target}.
 *
 * <p>Made on first use, and anew when a requirement changes. Where it cannot be made, tests that
 * need it are skipped with the reason; where {@code VIGNETTE_SKIP_NOTHING} is set they fail.
 */
public final class PythonEnvironment {
  private static final Path ROOT = RepositoryFiles.root();
  private static final Path PROTO = ROOT.resolve("proto/src/main/protobuf");
  private static final List<Path> REQUIREMENTS =
      List.of(
          ROOT.resolve("examples/results/python/requirements.txt"),
          ROOT.resolve("examples/image-events/python/requirements.txt"));
  private static final long INSTALL_MINUTES = 5;

  private final Path folder;

  private PythonEnvironment(Path folder) {
    this.folder = folder;
  }

  /** The environment; blocks while it is made. */
  public static PythonEnvironment required() {
    PythonEnvironment python = new PythonEnvironment(ROOT.resolve("gateway/target/python"));
    try {
      python.install();
      return python;
    } catch (IOException e) {
      String problem = "no Python for the examples: " + e.getMessage();
      if (System.getenv("VIGNETTE_SKIP_NOTHING") != null) {
        throw new UncheckedIOException(problem, e);
      }
      throw new TestAbortedException(problem, e);
    }
  }

  /** A script of {@code examples/} with its arguments, to be started. */
  public ProcessBuilder script(String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable());
    command.add(ROOT.resolve("examples").resolve(script).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("PYTHONPATH", messages().toString());
    process.environment().put("PYTHONUNBUFFERED", "1");
    process.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return process;
  }

  private synchronized void install() throws IOException {
    String wanted = wanted();
    Path stamp = folder.resolve("stamp");
    if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
      return;
    }
    Files.createDirectories(messages());
    run(List.of(python(), "-m", "venv", "--clear", folder.resolve("venv").toString()));
    List<String> pip =
        new ArrayList<>(
            List.of(
                executable(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"));
    REQUIREMENTS.forEach(file -> pip.addAll(List.of("-r", file.toString())));
    run(pip);
    run(
        List.of(
            executable(),
            "-m",
            "grpc_tools.protoc",
            "-I",
            PROTO.toString(),
            "--python_out=" + messages(),
            "vignette/v1/job.proto"));
    Files.writeString(stamp, wanted);
  }

  private String wanted() throws IOException {
    StringBuilder wanted = new StringBuilder();
    for (Path file : REQUIREMENTS) {
      wanted.append(Files.readString(file));
    }
    return wanted.append(Files.readString(PROTO.resolve("vignette/v1/job.proto"))).toString();
  }

  private static void run(List<String> command) throws IOException {
    Path log = Files.createTempFile("vignette-python", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command + ": not done after " + INSTALL_MINUTES + " minutes");
      }
      if (process.exitValue() != 0) {
        throw new IOException(command + ": " + Files.readString(log, UTF_8).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + ": interrupted", e);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static String python() {
    String named = System.getenv("PYTHON");
    return named == null ? "python3" : named;
  }

  private String executable() {
    return folder.resolve("venv/bin/python").toString();
  }

  private Path messages() {
    return folder.resolve("messages");
  }
}
