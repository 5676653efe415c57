package io.vignette.worker.engine.triton;

import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.rows.RowAnswer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A batch from its arrival to its last completion, with the calls it needs.
 *
 * <p>Thread-safe.
 */
final class TritonCall implements InferenceCall {
  private final InferenceBatch batch;
  private final Instant deadline;
  private final List<PendingItem> items;

  // Guarded by this.
  private final Set<UnaryCall<?>> underway = new HashSet<>();
  private @Nullable InferenceFailure stopped;

  TritonCall(InferenceBatch batch, Instant deadline) {
    this.batch = batch;
    this.deadline = deadline;
    this.items =
        batch.items().stream().map(item -> new PendingItem(item.prompts().size())).toList();
  }

  InferenceBatch batch() {
    return batch;
  }

  Instant deadline() {
    return deadline;
  }

  @Override
  public List<CompletionStage<List<GeneratedText>>> items() {
    return List.copyOf(items.stream().map(PendingItem::answer).toList());
  }

  @Override
  public void cancel() {
    stop(InferenceFailure.cancelled("batch: cancelled"));
  }

  /** Fails what is not complete and cancels the calls. The first reason counts. */
  void stop(InferenceFailure reason) {
    List<UnaryCall<?>> unwanted;
    synchronized (this) {
      if (stopped != null) {
        return;
      }
      stopped = reason;
      unwanted = List.copyOf(underway);
    }
    unwanted.forEach(UnaryCall::cancel);
    fail(reason);
  }

  synchronized Optional<InferenceFailure> stopped() {
    return Optional.ofNullable(stopped);
  }

  /** Notes a call, so that it can be cancelled; cancels it at once if nobody waits any more. */
  void begin(UnaryCall<?> call) {
    boolean unwanted;
    synchronized (this) {
      unwanted = stopped != null;
      underway.add(call);
    }
    if (unwanted) {
      call.cancel();
    }
  }

  synchronized void end(UnaryCall<?> call) {
    underway.remove(call);
  }

  void answer(Row row, RowAnswer answer) {
    items.get(row.item()).answer(row.index(), answer);
  }

  /** Fails the pictures that rows belong to, unless complete. */
  void fail(List<Row> rows, InferenceFailure failure) {
    rows.forEach(row -> items.get(row.item()).fail(failure));
  }

  /** Fails what is not complete. */
  void fail(InferenceFailure failure) {
    items.forEach(item -> item.fail(failure));
  }

  /** Runs an action once every picture is complete, one way or the other. */
  void whenDone(Runnable action) {
    CompletableFuture.allOf(
            items.stream().map(PendingItem::answer).toArray(CompletableFuture[]::new))
        .whenComplete((nothing, failure) -> action.run());
  }

  /** The answers of the pictures that have some. */
  List<List<GeneratedText>> answers() {
    return items.stream()
        .map(PendingItem::answer)
        .filter(answer -> answer.state() == Future.State.SUCCESS)
        .map(CompletableFuture::resultNow)
        .toList();
  }
}
