package io.vignette.broker;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a broker could not start, as a sentence.
 *
 * <p>Stateless. Kafka wraps what went wrong in exceptions that say where it noticed: the cause is
 * the innermost one that has something to say.
 */
final class StartFault {

  private StartFault() {}

  /** The sentence, without a full stop. */
  static String explain(Throwable fault, SystemClock clock) {
    String clockSetBack =
        clock
            .setBack()
            .map(by -> "the system's clock was set back by " + words(by) + " meanwhile; ")
            .orElse("");
    List<Throwable> causes = causes(fault);
    if (causes.stream().anyMatch(CancellationException.class::isInstance)) {
      return clockSetBack
          + "the broker did not register with its own controller in time (expected: within 20 s;"
          + " mostly the machine is overloaded or its clock was set: start again)";
    }
    return clockSetBack + innermost(causes);
  }

  /** Our own words, where there are some; else the innermost cause's. */
  private static String innermost(List<Throwable> causes) {
    return Stream.concat(
            causes.stream().filter(BrokerException.class::isInstance), causes.reversed().stream())
        .map(StartFault::said)
        .filter(said -> said != null)
        .findFirst()
        .orElseGet(() -> causes.getLast().getClass().getSimpleName() + " without a message");
  }

  private static @Nullable String said(Throwable cause) {
    String message = cause.getMessage();
    if (cause instanceof AccessDeniedException denied) {
      return denied.getFile() + " can't be read or written (expected: the right to)";
    }
    if (message == null
        || message.isBlank()
        || cause instanceof CompletionException
        || cause instanceof ExecutionException) {
      return null;
    }
    return cause instanceof FileSystemException
        ? message + " (" + cause.getClass().getSimpleName() + ")"
        : message;
  }

  /** From the outermost to the innermost, each once. */
  private static List<Throwable> causes(Throwable fault) {
    List<Throwable> causes = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable cause = fault; cause != null && seen.add(cause); cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  private static String words(Duration time) {
    return "%d h %d min %d s".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
