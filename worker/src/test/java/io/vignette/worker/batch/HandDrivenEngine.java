package io.vignette.worker.batch;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** An engine whose batches complete when the test says so. Calls may come from any thread. */
final class HandDrivenEngine implements CaptionEngine {
  private final List<HandCall> calls = new CopyOnWriteArrayList<>();

  /** All calls so far, in order. */
  List<HandCall> calls() {
    return calls;
  }

  HandCall call(int index) {
    return calls.get(index);
  }

  /** Calls that are not complete, oldest first. */
  List<HandCall> open() {
    return calls.stream().filter(call -> !call.isComplete()).toList();
  }

  /** Completes everything; batches with a poisonous picture fail as a whole. */
  void run(Set<Integer> poison) {
    List<HandCall> next;
    while (!(next = open()).isEmpty()) {
      next.getFirst().complete(poison);
    }
  }

  @Override
  public InferenceCall infer(InferenceBatch batch, Instant deadline) {
    HandCall call = new HandCall(batch, deadline);
    calls.add(call);
    return call;
  }

  @Override
  public void start() {}

  @Override
  public CompletionStage<Void> ready() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public EngineHealth health() {
    return new EngineHealth(EngineHealth.State.READY, "");
  }

  @Override
  public void close() {}

  /** A batch in the test's hands. */
  static final class HandCall implements InferenceCall {
    private final InferenceBatch batch;
    private final Instant deadline;
    private final List<CompletableFuture<List<GeneratedText>>> items;
    private boolean cancelled;

    private HandCall(InferenceBatch batch, Instant deadline) {
      this.batch = batch;
      this.deadline = deadline;
      this.items =
          Stream.generate(CompletableFuture<List<GeneratedText>>::new)
              .limit(batch.items().size())
              .toList();
    }

    List<Integer> ids() {
      return batch.items().stream().map(Requests::idOf).toList();
    }

    Instant deadline() {
      return deadline;
    }

    boolean isCancelled() {
      return cancelled;
    }

    boolean isComplete() {
      return items.stream().allMatch(CompletableFuture::isDone);
    }

    void complete(Set<Integer> poison) {
      if (ids().stream().anyMatch(poison::contains)) {
        fail(InferenceFailure.backend("poison"));
      } else {
        succeed();
      }
    }

    void succeed() {
      for (int i = 0; i < items.size(); i++) {
        succeed(i);
      }
    }

    void succeed(int index) {
      InferenceItem item = batch.items().get(index);
      items
          .get(index)
          .complete(List.of(new GeneratedText.Tokens(new long[] {Requests.idOf(item)}, -0.5)));
    }

    void fail(InferenceFailure failure) {
      items.forEach(item -> item.completeExceptionally(failure));
    }

    void fail(int index, InferenceFailure failure) {
      items.get(index).completeExceptionally(failure);
    }

    @Override
    public List<CompletionStage<List<GeneratedText>>> items() {
      return List.copyOf(items);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
