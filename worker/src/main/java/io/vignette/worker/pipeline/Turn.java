package io.vignette.worker.pipeline;

import io.vignette.proto.v1.SoloMark;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An attempt's turn in decoder and engine, from before its image is decoded until nothing of it is
 * left there. A suspect's is marked open for as long.
 *
 * <p>Thread-safe; never blocks. One use.
 */
final class Turn {
  private final SoloGate gate;
  private final @Nullable Suspicion suspicion;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private @Nullable CompletableFuture<SoloGate.Pass> pass;
  private @Nullable CompletionStage<Void> marked;
  private @Nullable CompletionStage<Void> ended;

  /**
   * What makes the turn a suspect's.
   *
   * @param open the mark during the turn
   */
  record Suspicion(SoloMarks marks, SoloMark open) {}

  private Turn(SoloGate gate, @Nullable Suspicion suspicion) {
    this.gate = gate;
    this.suspicion = suspicion;
  }

  /** Beside other jobs. */
  static Turn besideOthers(SoloGate gate) {
    return new Turn(gate, null);
  }

  /** Alone, and marked. */
  static Turn alone(SoloGate gate, Suspicion suspicion) {
    return new Turn(gate, suspicion);
  }

  /** Completes when the turn has come, exceptionally if it is ended before. Call once. */
  CompletionStage<Void> begin() {
    CompletableFuture<SoloGate.Pass> entering = gate.enter(suspicion != null);
    boolean late;
    synchronized (this) {
      late = ended != null;
      pass = entering;
    }
    if (late) {
      leave(entering);
      begun.completeExceptionally(new CancellationException("turn: ended before it began"));
    } else {
      entering.thenAccept(this::entered);
    }
    return begun;
  }

  private void entered(SoloGate.Pass entered) {
    if (suspicion == null) {
      begun.complete(null);
      return;
    }
    CompletionStage<Void> written;
    synchronized (this) {
      if (ended != null) {
        return;
      }
      written = suspicion.marks().put(suspicion.open());
      marked = written;
    }
    written.whenComplete(
        (done, thrown) -> {
          if (thrown == null) {
            begun.complete(null);
          } else {
            begun.completeExceptionally(new MarkNotWrittenException(thrown));
          }
        });
  }

  /** Ends the turn, if it began; completes when others know it. Repeated calls have no effect. */
  CompletionStage<Void> end() {
    CompletableFuture<SoloGate.Pass> held;
    CompletionStage<Void> ending;
    synchronized (this) {
      if (ended != null) {
        return ended;
      }
      ending =
          suspicion == null || marked == null
              ? CompletableFuture.completedFuture(null)
              : suspicion.marks().close(suspicion.open().toBuilder().setOpen(false).build());
      ended = ending;
      held = pass;
    }
    if (held != null) {
      leave(held);
    }
    begun.completeExceptionally(new CancellationException("turn: ended before it began"));
    return ending;
  }

  /** Whether it has come by now or not. */
  private static void leave(CompletableFuture<SoloGate.Pass> held) {
    if (!held.cancel(false)) {
      held.join().leave();
    }
  }

  /** Kafka did not confirm the mark, so the turn can't begin. */
  static final class MarkNotWrittenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MarkNotWrittenException(Throwable cause) {
      super("mark of a suspect: not confirmed by Kafka", cause);
    }
  }
}
