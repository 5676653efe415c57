package io.vignette.worker.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who may be in decoder and engine: any number of jobs, or one suspect alone.
 *
 * <p>Thread-safe; never blocks. While a suspect waits nobody else enters, so it waits for no more
 * than the attempts that are inside; those that came meanwhile enter after it and before the next
 * suspect. Bounded by the leases.
 */
final class SoloGate {
  private final Deque<CompletableFuture<Pass>> suspects = new ArrayDeque<>();
  private final List<CompletableFuture<Pass>> others = new ArrayList<>();
  private int inside;
  private boolean isSuspectInside;

  /** The right to be inside. */
  final class Pass {
    private final AtomicBoolean valid = new AtomicBoolean(true);

    /** Gives the right back. Repeated calls have no effect. */
    void leave() {
      if (valid.compareAndSet(true, false)) {
        left();
      }
    }
  }

  /** Enters; cancel the future to wait no longer. */
  CompletableFuture<Pass> enter(boolean alone) {
    CompletableFuture<Pass> pass = new CompletableFuture<>();
    synchronized (this) {
      if (alone) {
        suspects.add(pass);
      } else {
        others.add(pass);
      }
    }
    admit(false);
    return pass;
  }

  private void left() {
    boolean wasSuspect;
    synchronized (this) {
      inside--;
      wasSuspect = isSuspectInside;
      isSuspectInside = false;
    }
    admit(wasSuspect);
  }

  private void admit(boolean othersFirst) {
    List<CompletableFuture<Pass>> admitted;
    synchronized (this) {
      admitted = admissible(othersFirst);
      inside += admitted.size();
    }
    for (CompletableFuture<Pass> pass : admitted) {
      Pass granted = new Pass();
      if (!pass.complete(granted)) { // Cancelled meanwhile.
        granted.leave();
      }
    }
  }

  private List<CompletableFuture<Pass>> admissible(boolean othersFirst) {
    suspects.removeIf(CompletableFuture::isDone);
    others.removeIf(CompletableFuture::isDone);
    List<CompletableFuture<Pass>> admitted = new ArrayList<>();
    if (isSuspectInside) {
      return admitted;
    }
    if (suspects.isEmpty() || othersFirst && !others.isEmpty()) {
      admitted.addAll(others);
      others.clear();
    } else if (inside == 0) {
      admitted.add(suspects.remove());
      isSuspectInside = true;
    }
    return admitted;
  }
}
