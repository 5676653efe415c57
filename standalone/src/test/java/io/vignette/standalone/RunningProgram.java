package io.vignette.standalone;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process of its own, its output in files. */
final class RunningProgram implements AutoCloseable {

  private final Process process;
  private final Path out;
  private final Path err;

  private RunningProgram(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static RunningProgram start(Path folder, String... arguments) throws IOException {
    return start(folder, List.of(), arguments);
  }

  static RunningProgram start(Path folder, List<String> jvmOptions, String... arguments)
      throws IOException {
    Path root = RepositoryFiles.root();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dvignette.home=" + root));
    command.addAll(jvmOptions);
    command.addAll(
        List.of("-jar", root.resolve("standalone/target/quarkus-app/quarkus-run.jar").toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".log");
    Path err = Files.createTempFile(folder, "err", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new RunningProgram(process, out, err);
  }

  /** Runs to the end and returns the exit code. */
  static Ended run(Path folder, String... arguments) throws IOException, InterruptedException {
    return run(folder, List.of(), arguments);
  }

  static Ended run(Path folder, List<String> jvmOptions, String... arguments)
      throws IOException, InterruptedException {
    try (RunningProgram program = start(folder, jvmOptions, arguments)) {
      if (!program.process.waitFor(5, TimeUnit.MINUTES)) {
        throw new AssertionError("still running after 5 minutes: " + program.err());
      }
      return new Ended(program.process.exitValue(), program.out(), program.err());
    }
  }

  record Ended(int exitCode, String out, String err) {}

  Process process() {
    return process;
  }

  /** What the JDK's jcmd says about this process. */
  String jcmd(String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd " + command + ": " + said);
    }
    return said;
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
