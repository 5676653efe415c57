package io.vignette.standalone.cli;

import java.util.function.IntPredicate;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C, SIGTERM and SIGHUP (its terminal was closed), taken over from the JVM so that a run can
 * end in order.
 *
 * <p>{@code sun.misc.Signal} is the only way to see a signal before the JVM begins to shut down.
 */
final class Signals {

  private Signals() {}

  /**
   * From now on, and until {@link #handle} says otherwise, INT, TERM and HUP end the process at
   * once. To be called before there is anything to end in order: left to the JVM, they would wait
   * for the task that runs, which hears nothing of them.
   */
  static void endAtOnce() {
    handle(signal -> false);
  }

  /**
   * From now on INT, TERM and HUP go to {@code onSignal}; where it says false (a second Ctrl-C) the
   * JVM is halted at once. A signal that whoever started the program lets it ignore ({@code nohup},
   * a shell's background) stays ignored.
   */
  static void handle(IntPredicate onSignal) {
    take(new Signal("INT"), onSignal);
    take(new Signal("TERM"), onSignal);
    if (!System.getProperty("os.name").startsWith("Windows")) {
      take(new Signal("HUP"), onSignal);
    }
  }

  private static void take(Signal signal, IntPredicate onSignal) {
    SignalHandler before =
        Signal.handle(
            signal,
            heard -> {
              if (!onSignal.test(heard.getNumber())) {
                Runtime.getRuntime().halt(128 + heard.getNumber());
              }
            });
    if (before == SignalHandler.SIG_IGN) {
      Signal.handle(signal, SignalHandler.SIG_IGN);
    }
  }
}
