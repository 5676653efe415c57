package io.vignette.service.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.service.memory.MemoryEater.Way;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes that run out of memory. */
@Timeout(120)
class LackOfMemoryTest {
  private static final String OF_IMAGES = "-XX:OnOutOfMemoryError=";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"UNCAUGHT", "LOGGED", "SWALLOWED"})
  void endsInOrderHoweverTheErrorWasCaught(Way way) throws Exception {
    Process eater = start(way, way == Way.SWALLOWED);

    assertThat(eater.waitFor(60, TimeUnit.SECONDS)).as(this::log).isTrue();

    assertThat(eater.exitValue()).as(this::log).isEqualTo(7);
    assertThat(log()).contains("ended in order").contains("CAP-3001");
  }

  @Test
  void isHaltedIfItDoesNotEndInTime() throws Exception {
    Process eater = start(Way.STUCK, false);

    assertThat(eater.waitFor(60, TimeUnit.SECONDS)).as(this::log).isTrue();

    assertThat(eater.exitValue()).as(this::log).isEqualTo(9);
    assertThat(log()).contains("ending");
  }

  private Path logFile() {
    return folder.resolve("log");
  }

  private String log() {
    try {
      return Files.readString(logFile(), UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Process start(Way way, boolean asInImages) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx48m");
    if (asInImages) {
      command.add(optionOfImages());
    }
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), MemoryEater.class.getName(), way.name()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(logFile().toFile())
        .start();
  }

  /** What the containers are started with, so that the two can't drift apart. */
  private static String optionOfImages() throws IOException {
    return Files.readAllLines(RepositoryFiles.root().resolve("docker/java.options")).stream()
        .filter(line -> line.startsWith(OF_IMAGES))
        .findFirst()
        .orElseThrow()
        .replace("\"", "");
  }
}
