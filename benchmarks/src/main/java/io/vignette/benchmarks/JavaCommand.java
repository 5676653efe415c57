package io.vignette.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The command of a further JVM with this one's class path, the launcher's flags, those in {@code
 * VIGNETTE_JAVA_OPTS}, and its quiet.
 */
final class JavaCommand {

  private JavaCommand() {}

  /**
   * To be called first by such a program: without it Kafka writes every request down, for nobody.
   */
  static void logWarningsOnly() {
    Logger.getLogger("").setLevel(Level.WARNING);
  }

  static List<String> of(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx1536m",
                "-Xmn160m",
                "-XX:SurvivorRatio=2",
                "-XX:Tier4InvocationThreshold=100000",
                "-XX:Tier4MinInvocationThreshold=12000",
                "-XX:Tier4CompileThreshold=300000",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(System.getenv().getOrDefault("VIGNETTE_JAVA_OPTS", "").split(" ")));
    command.removeIf(String::isEmpty);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }
}
