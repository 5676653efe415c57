package io.vignette.worker.lease;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Keeps what it is handed, and does what the test says. */
final class RecordingHandler implements JobHandler {
  private final List<LeasedJob> handled = new CopyOnWriteArrayList<>();
  private final List<UnreadableJob> unreadable = new CopyOnWriteArrayList<>();
  private final Function<LeasedJob, CompletionStage<Void>> work;

  RecordingHandler(Function<LeasedJob, CompletionStage<Void>> work) {
    this.work = work;
  }

  /** Ends every job at once. */
  static RecordingHandler quick() {
    return new RecordingHandler(job -> done());
  }

  static CompletionStage<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> handle(LeasedJob job) {
    handled.add(job);
    return work.apply(job);
  }

  @Override
  public CompletionStage<Void> handleUnreadable(UnreadableJob job) {
    unreadable.add(job);
    return done();
  }

  List<LeasedJob> handled() {
    return handled;
  }

  List<UnreadableJob> unreadable() {
    return unreadable;
  }

  List<String> ids() {
    return handled.stream().map(LeasedJob::id).toList();
  }
}
