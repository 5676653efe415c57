package io.vignette.standalone.composition;

import io.vignette.broker.EmbeddedBroker;
import io.vignette.images.source.RunFiles;
import java.util.concurrent.CompletableFuture;

/**
 * What exists before the beans do: settings, broker, data folder, task.
 *
 * @param data the settings' folder, or the private one
 * @param engineLibraries completes when the engine may load; true if nothing of it lies outside of
 *     the data folder
 */
record Launch(
    SystemSettings settings,
    SystemTask task,
    EmbeddedBroker broker,
    DataFolder data,
    CompletableFuture<Boolean> engineLibraries,
    RunFiles runFiles,
    StartPhases phases) {

  /** Whether this process may end without stopping its parts. */
  boolean mayEndAtOnce() {
    return settings.isPrivate() && engineLibraries.join();
  }
}
