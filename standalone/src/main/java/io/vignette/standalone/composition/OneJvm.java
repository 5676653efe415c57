package io.vignette.standalone.composition;

import io.quarkus.runtime.Quarkus;
import io.vignette.broker.BrokerConfig;
import io.vignette.broker.BrokerException;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.gateway.topics.TopicMismatchException;
import io.vignette.images.source.RunFiles;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The whole system in this JVM.
 *
 * <p>Start: the broker's sockets are bound, then broker and Quarkus start side by side. Stop: HTTP,
 * worker, ledger (as Quarkus stops), then the broker. A private system whose task has ended doesn't
 * stop: its process ends ({@link PrivateEnd}). One system at a time in a JVM.
 */
public final class OneJvm {

  /** Quarkus makes the application object itself; this is how it finds what to run. */
  private static final AtomicReference<Optional<Launch>> CURRENT =
      new AtomicReference<>(Optional.empty());

  private OneJvm() {}

  /**
   * Starts the system, runs the task, stops the system. For a private system this does not return
   * when the task has ended, but ends the process with the task's exit code.
   *
   * @return the task's exit code
   * @throws SystemException if a part can't start or the task failed unexpectedly
   */
  public static int run(SystemSettings settings, SystemTask task) throws SystemException {
    StartPhases phases = new StartPhases();
    phases.reached("program");
    TenuredHeap.keepSmall();
    try (DataFolder data = DataFolder.open(settings.dataFolder());
        EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(data.path("kafka")))) {
      broker.ready().thenRun(() -> phases.reached("broker"));
      CURRENT.set(
          Optional.of(
              new Launch(
                  settings,
                  task,
                  broker,
                  data,
                  engineLibraries(settings, data),
                  new RunFiles(),
                  phases)));
      configure(settings, broker, data);
      return runQuarkus(data);
    } catch (BrokerException e) {
      throw SystemException.unusable(String.valueOf(e.getMessage()), e);
    } finally {
      CURRENT.set(Optional.empty());
    }
  }

  private static CompletableFuture<Boolean> engineLibraries(
      SystemSettings settings, DataFolder data) {
    return settings.isPrivate()
        ? CompletableFuture.supplyAsync(() -> EngineLibraries.unpackInto(data.path("engine")))
        : CompletableFuture.completedFuture(false);
  }

  static Launch current() {
    return CURRENT
        .get()
        .orElseThrow(() -> new IllegalStateException("no system is being launched"));
  }

  private static void configure(SystemSettings settings, EmbeddedBroker broker, DataFolder data) {
    System.setProperty("kafka.bootstrap.servers", broker.bootstrapServers());
    System.getProperties().putIfAbsent("vignette.lease.source", "alone");
    System.setProperty("vignette.ledger.state-dir", data.path("streams").toString());
    // The broker has locked the folder, so whatever is left there is of a process that was killed.
    System.setProperty("vertx.cacheDirBase", data.emptied("scratch").resolve("vertx").toString());
    System.setProperty("quarkus.http.host", "127.0.0.1");
    System.setProperty(
        "quarkus.http.host-enabled", Boolean.toString(settings.httpPort().isPresent()));
    if (settings.httpPort().isEmpty()) {
      // Such a task has read its results already: there is nothing to wait for at the end, and
      // nobody looks a job up.
      System.setProperty("vignette.ledger.flush-timeout", "0s");
      System.setProperty("vignette.status.entries-max", "1000");
      RunEngine.configure();
    }
    if (settings.dataFolder().isPresent() && settings.httpPort().isPresent()) {
      // It starts again, and is asked about jobs of before.
      System.setProperty("vignette.status.state-dir", data.path("table").toString());
    }
    if (settings.isPrivate()) {
      // No job outlives this process: a late duplicate can only come while its lease is repeated.
      System.setProperty("vignette.ledger.retention", "10m");
    }
    settings
        .engine()
        .systemSettings()
        .forEach((key, value) -> System.getProperties().putIfAbsent(key, value));
    settings
        .httpPort()
        .ifPresent(port -> System.setProperty("quarkus.http.port", Integer.toString(port)));
  }

  private static int runQuarkus(DataFolder data) throws SystemException {
    AtomicInteger exitCode = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Quarkus.run(
        TaskApplication.class,
        (code, cause) -> {
          exitCode.set(code);
          failure.set(cause);
        });
    Throwable cause = failure.get();
    if (cause != null) {
      throw failed(cause, data);
    }
    return exitCode.get();
  }

  private static SystemException failed(Throwable failure, DataFolder data) {
    SystemException failed = new SystemException(failure);
    return failed
        .cause(TopicMismatchException.class)
        .map(
            mismatch ->
                SystemException.unusable(
                    "data folder: "
                        + data.path("")
                        + " was made with other settings: "
                        + mismatch.getMessage()
                        + ". Name another --data-dir, or go on with the settings it was made with:"
                        + " VIGNETTE_JAVA_OPTS=-Dvignette.topics.event-partitions=N for job events,"
                        + " status and changelog, job-partitions=N for the others",
                    mismatch))
        .orElse(failed);
  }
}
