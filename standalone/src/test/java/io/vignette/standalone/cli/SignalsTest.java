package io.vignette.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What becomes of a program that a signal reaches; each is one of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such signals")
class SignalsTest {

  @Test
  void aClosedTerminalEndsTheProgram() throws Exception {
    // Whoever builds behind nohup ignores it as well.
    String unignored = "env --default-signal=HUP";
    String script = "%s true 2>/dev/null && exec %<s \"$0\" \"$@\" || exec \"$0\" \"$@\"";

    assertThat(exitCodeAfterHangUp(script.formatted(unignored))).isEqualTo(129);
  }

  @Test
  void whatWasIgnoredAtTheStartStaysIgnored() throws Exception {
    assertThat(exitCodeAfterHangUp("trap '' HUP; exec \"$0\" \"$@\"")).isZero();
  }

  private static int exitCodeAfterHangUp(String script) throws IOException, InterruptedException {
    Process program =
        new ProcessBuilder(
                "sh",
                "-c",
                script,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HungUp.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = program.waitFor();
    assertThat(said).isEmpty();
    return exitCode;
  }

  /** Sends itself a SIGHUP and ends with 0 if it outlives it. */
  static final class HungUp {

    private HungUp() {}

    public static void main(String[] args) throws Exception {
      Signals.endAtOnce();
      Signals.handle(signal -> false);
      new ProcessBuilder("kill", "-HUP", String.valueOf(ProcessHandle.current().pid()))
          .redirectOutput(new File("/dev/null"))
          .start()
          .waitFor();
      Thread.sleep(1000);
    }
  }
}
