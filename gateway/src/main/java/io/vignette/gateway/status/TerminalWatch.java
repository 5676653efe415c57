package io.vignette.gateway.status;

import io.vignette.proto.v1.JobStatus;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits for which job to end. Thread-safe; bounded by the requests in progress. */
final class TerminalWatch {
  private final Map<UUID, Set<CompletableFuture<JobStatus>>> watchers = new ConcurrentHashMap<>();

  /** Completes when the job ends. Completing it otherwise stops the watch. */
  CompletableFuture<JobStatus> watch(UUID id) {
    CompletableFuture<JobStatus> ended = new CompletableFuture<>();
    watchers.compute(
        id,
        (key, present) -> {
          Set<CompletableFuture<JobStatus>> all = present == null ? new HashSet<>() : present;
          all.add(ended);
          return all;
        });
    ended.whenComplete((status, failure) -> forget(id, ended));
    return ended;
  }

  void ended(UUID id, JobStatus status) {
    Set<CompletableFuture<JobStatus>> all = watchers.remove(id);
    if (all != null) {
      all.forEach(watcher -> watcher.complete(status));
    }
  }

  /** Nobody gets to know an end any more: all watches are cancelled. */
  void cancelAll() {
    for (UUID id : watchers.keySet()) {
      Set<CompletableFuture<JobStatus>> all = watchers.remove(id);
      if (all != null) {
        all.forEach(watcher -> watcher.cancel(false));
      }
    }
  }

  int size() {
    return watchers.size();
  }

  private void forget(UUID id, CompletableFuture<JobStatus> ended) {
    watchers.computeIfPresent(
        id,
        (key, all) -> {
          all.remove(ended);
          return all.isEmpty() ? null : all;
        });
  }
}
