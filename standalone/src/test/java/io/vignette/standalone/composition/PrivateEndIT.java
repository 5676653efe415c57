package io.vignette.standalone.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end halts its process, so it is one of its own. */
class PrivateEndIT {

  @TempDir Path folder;

  @Test
  void theProcessEndsWithTheTasksCodeItsFolderAndNoHooks() throws Exception {
    Path temp = Files.createDirectories(folder.resolve("temp"));
    Path hook = folder.resolve("hook-ran");
    Path said = folder.resolve("said");

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                Ending.class.getName(),
                hook.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(7);
    assertThat(said).content().contains("done").doesNotContain("could not be deleted");
    assertThat(temp).isEmptyDirectory();
    assertThat(hook).doesNotExist();
  }

  /** A private system without anything but its broker. */
  static final class Ending {
    private Ending() {}

    public static void main(String[] arguments) throws Exception {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> touch(Path.of(arguments[0]))));
      DataFolder data = DataFolder.open(Optional.empty());
      EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(data.path("kafka")));
      broker.ready().toCompletableFuture().join();
      System.out.print("done");
      new PrivateEnd(broker, data).now(7);
    }

    private static void touch(Path file) {
      try {
        Files.writeString(file, "");
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
