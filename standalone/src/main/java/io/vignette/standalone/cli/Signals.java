package io.vignette.standalone.cli;

import java.util.function.IntPredicate;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM, taken over from the JVM so that a run can end in order.
 *
 * <p>{@code sun.misc.Signal} is the only way to see a signal before the JVM begins to shut down.
 */
final class Signals {

  private Signals() {}

  /**
   * From now on, and until {@link #handle} says otherwise, INT and TERM end the process at once. To
   * be called before there is anything to end in order: left to the JVM, they would wait for the
   * task that runs, which hears nothing of them.
   */
  static void endAtOnce() {
    handle(signal -> false);
  }

  /**
   * From now on INT and TERM go to {@code onSignal}; where it says false (a second Ctrl-C) the JVM
   * is halted at once.
   */
  static void handle(IntPredicate onSignal) {
    for (String name : new String[] {"INT", "TERM"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (!onSignal.test(signal.getNumber())) {
              Runtime.getRuntime().halt(128 + signal.getNumber());
            }
          });
    }
  }
}
