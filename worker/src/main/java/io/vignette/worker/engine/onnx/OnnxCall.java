package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.rows.RowAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A batch from its arrival to its last completion.
 *
 * <pre>
 *   waiting ──begin──► running ──end──► done
 *      └───stop──────────┴──────────────►│
 * </pre>
 *
 * <p>Thread-safe.
 */
final class OnnxCall implements InferenceCall {
  private final InferenceBatch batch;
  private final List<Row> rows;
  private final Instant deadline;
  private final List<CompletableFuture<List<GeneratedText>>> items;

  // Guarded by this. The native run options must be terminated before they are freed, or never.
  private OrtSession.@Nullable RunOptions running;
  private @Nullable InferenceFailure stopped;

  OnnxCall(InferenceBatch batch, Instant deadline) {
    this.batch = batch;
    this.rows = Row.of(batch.items());
    this.deadline = deadline;
    this.items =
        Stream.generate(CompletableFuture<List<GeneratedText>>::new)
            .limit(batch.items().size())
            .toList();
  }

  InferenceBatch batch() {
    return batch;
  }

  List<Row> rows() {
    return rows;
  }

  Instant deadline() {
    return deadline;
  }

  @Override
  public List<CompletionStage<List<GeneratedText>>> items() {
    return List.copyOf(items);
  }

  @Override
  public void cancel() {
    stop(InferenceFailure.cancelled("batch: cancelled"));
  }

  /** Fails what is not complete and ends the run, if there is one. The first reason counts. */
  void stop(InferenceFailure reason) {
    synchronized (this) {
      if (stopped != null) {
        return;
      }
      stopped = reason;
      if (running != null) {
        terminate(running);
      }
    }
    fail(reason);
  }

  private static void terminate(OrtSession.RunOptions run) {
    try {
      run.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException("a run that is going on refuses to end", e);
    }
  }

  /**
   * Notes the run, so that it can be ended from outside.
   *
   * @return whether it should take place at all
   */
  synchronized boolean begin(OrtSession.RunOptions run) {
    if (stopped != null) {
      return false;
    }
    running = run;
    return true;
  }

  /** The run is over; its options may be freed. */
  synchronized void end() {
    running = null;
  }

  /** Completes every item from the rows' answers. */
  void complete(List<RowAnswer> answers) {
    int row = 0;
    for (int item = 0; item < items.size(); item++) {
      int prompts = batch.items().get(item).prompts().size();
      complete(items.get(item), answers.subList(row, row + prompts));
      row += prompts;
    }
  }

  private static void complete(
      CompletableFuture<List<GeneratedText>> item, List<RowAnswer> answers) {
    List<GeneratedText> texts = new ArrayList<>(answers.size());
    for (RowAnswer answer : answers) {
      switch (answer) {
        case RowAnswer.Written written -> texts.add(written.text());
        case RowAnswer.Degenerate degenerate -> item.completeExceptionally(degenerate.failure());
      }
    }
    item.complete(texts);
  }

  /** Fails what is not complete. */
  void fail(InferenceFailure failure) {
    items.forEach(item -> item.completeExceptionally(failure));
  }
}
