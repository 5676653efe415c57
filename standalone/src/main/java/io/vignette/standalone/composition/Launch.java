package io.vignette.standalone.composition;

import io.vignette.broker.EmbeddedBroker;
import io.vignette.images.source.RunFiles;
import java.nio.file.Path;

/**
 * What exists before the beans do: settings, broker, data folder, task.
 *
 * @param dataFolder the settings' folder, or the private one
 */
record Launch(
    SystemSettings settings,
    SystemTask task,
    EmbeddedBroker broker,
    Path dataFolder,
    RunFiles runFiles,
    StartPhases phases) {}
