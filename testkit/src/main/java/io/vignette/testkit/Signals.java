package io.vignette.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes of a test. */
public final class Signals {
  private Signals() {}

  /**
   * Sends one.
   *
   * @param name as {@code kill} knows it: {@code STOP}, {@code CONT}
   */
  public static void send(Process process, String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException(
            "kill -%s %d: failed (expected: a process of ours)".formatted(name, process.pid()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("kill: interrupted", e);
    }
  }
}
