package io.vignette.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.jspecify.annotations.Nullable;

/**
 * A one-node Kafka broker (KRaft, broker and controller in one) inside this JVM, on the loopback
 * only.
 *
 * <p>{@link #start} returns once the sockets are bound, some milliseconds after the call; the rest
 * goes on in a thread. Clients may connect at once: they are answered when the broker is ready.
 *
 * <p>The data folder is formatted on first use and reused afterwards; a second broker on the same
 * folder fails. Share groups and transactions are on. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final Duration CONTROLLED_SHUTDOWN = Duration.ofSeconds(1);
  private static final Duration METADATA_PATIENCE = Duration.ofSeconds(5);
  private static final Duration METADATA_LOOK = Duration.ofMillis(1);
  private static final Duration ABANDON_PATIENCE = Duration.ofSeconds(1);

  private final BrokerConfig config;
  private final FolderLock folderLock;
  private final BoundSockets sockets;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Throwable> fault = new CompletableFuture<>();
  private final Thread starter;
  private final KafkaExit exit;
  private final SystemClock clock = SystemClock.watched();
  private @Nullable ControllerServer controller;
  private @Nullable BrokerServer broker;

  private EmbeddedBroker(BrokerConfig config, FolderLock folderLock, BoundSockets sockets) {
    this.config = config;
    this.folderLock = folderLock;
    this.sockets = sockets;
    this.starter = new Thread(this::bringUp, "broker-start");
    this.exit = KafkaExit.watch(this::failed);
  }

  /**
   * Takes the folder, binds the sockets and begins to start.
   *
   * @throws BrokerException if the port is taken, the folder can't be made or has a broker already
   */
  public static EmbeddedBroker start(BrokerConfig config) {
    FolderLock folderLock = takeFolder(config.dataFolder());
    try {
      EmbeddedBroker broker =
          new EmbeddedBroker(config, folderLock, BoundSockets.open(config.port()));
      broker.starter.start();
      return broker;
    } catch (BindException e) {
      giveBack(folderLock);
      throw new BrokerException(
          "broker port: " + config.port() + " is taken (expected: a free port on 127.0.0.1)", e);
    } catch (IOException e) {
      giveBack(folderLock);
      throw new BrokerException("broker: no loopback socket could be opened", e);
    }
  }

  private static FolderLock takeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
      return FolderLock.of(folder);
    } catch (IOException e) {
      throw new BrokerException(
          "broker data folder: "
              + folder
              + " can't be used (expected: a folder that can be written)",
          e);
    }
  }

  private static void giveBack(FolderLock folderLock) {
    try {
      folderLock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("broker: its folder's lock could not be given back", e);
    }
  }

  /** {@code 127.0.0.1:port}; valid at once. */
  public String bootstrapServers() {
    return "127.0.0.1:" + sockets.clientPort();
  }

  /** Completes when the broker answers; exceptionally with a {@link BrokerException}. */
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /** Completes with the cause if a fatal fault stops the broker while it runs. */
  public CompletionStage<Throwable> fault() {
    return fault.minimalCompletionStage();
  }

  /** A fatal fault: of the running broker, or of one that will never be ready. */
  private void failed(Throwable cause) {
    fault.complete(cause);
    ready.completeExceptionally(notStarted(cause));
  }

  private BrokerException notStarted(Throwable cause) {
    return new BrokerException(
        "broker: could not start on port "
            + sockets.clientPort()
            + " with data folder "
            + config.dataFolder()
            + ": "
            + StartFault.explain(cause, clock),
        cause);
  }

  private void bringUp() {
    try {
      Properties settings = BrokerSettings.of(config, sockets);
      boolean isNew = format(config.dataFolder());
      startServers(new KafkaConfig(settings, false));
      if (isNew) {
        createInternalTopics();
      }
      ready.complete(null);
    } catch (Exception | LinkageError e) {
      shutDownServers();
      ready.completeExceptionally(notStarted(e));
    }
  }

  private synchronized void createInternalTopics() throws Exception {
    if (broker != null) {
      InternalTopics.create(broker, bootstrapServers());
    }
  }

  /** Formats a folder that is new; false if it was formatted before. */
  private static boolean format(Path folder) throws Exception {
    Path properties = folder.resolve("meta.properties");
    if (Files.exists(properties)) {
      checkReadable(properties);
      return false;
    }
    new Formatter()
        .setNodeId(BrokerSettings.NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(BoundSockets.CONTROLLER)
        .setMetadataLogDirectory(folder.toAbsolutePath().toString())
        .addDirectory(folder.toAbsolutePath().toString())
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
    return true;
  }

  /** Kafka only says that there is none that it can read, and puts the reason into its log. */
  private static void checkReadable(Path properties) throws IOException {
    Properties values = new Properties();
    try (InputStream content = Files.newInputStream(properties)) {
      values.load(content);
      new MetaProperties.Builder(values).build();
    } catch (RuntimeException e) {
      throw new BrokerException(
          properties
              + ": "
              + e.getMessage()
              + " (expected: a folder written by Kafka "
              + AppInfoParser.getVersion()
              + " or an older one)",
          e);
    }
  }

  private synchronized void startServers(KafkaConfig kafka) {
    var folders =
        KafkaRaftServer.initializeLogDirs(
            kafka, org.slf4j.LoggerFactory.getLogger(EmbeddedBroker.class), "");
    Metrics metrics =
        Server.initializeMetrics(kafka, Time.SYSTEM, folders._1().clusterId().orElseThrow());
    SharedServer shared =
        new SharedServer(
            kafka,
            folders._1(),
            Time.SYSTEM,
            metrics,
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(kafka.quorumConfig().voters())),
            QuorumConfig.parseBootstrapServers(kafka.quorumConfig().bootstrapServers()),
            new FaultLog(this::failed),
            sockets);
    BrokerServer newBroker = new BrokerServer(shared);
    ControllerServer newController =
        new ControllerServer(shared, KafkaRaftServer.configSchema(), folders._2());
    controller = newController;
    broker = newBroker;
    newController.startup();
    newBroker.startup();
  }

  /** The broker first: its orderly stop needs the controller. */
  private synchronized void shutDownServers() {
    if (broker != null) {
      broker.shutdown(CONTROLLED_SHUTDOWN);
      broker = null;
    }
    if (controller != null) {
      controller.shutdown();
      controller = null;
    }
  }

  /**
   * Ends the broker's own chores, so that its folder can be deleted under it. Nothing else: it goes
   * on answering, and what it takes in is lost.
   *
   * <p>For a process that ends at once and whose data nobody wants; to stop, {@link #close}.
   */
  public synchronized void abandon() {
    if (broker != null) {
      // Or a topic that has just been created gets its folder after all were deleted.
      awaitMetadata(broker.sharedServer());
      BrokerChores.end(broker.kafkaScheduler(), ABANDON_PATIENCE);
    }
  }

  /** Waits until the broker has done what the controller has decided so far, a while at most. */
  private static void awaitMetadata(SharedServer shared) {
    long decided = shared.raftManager().client().highWatermark().orElse(0);
    long end = System.nanoTime() + METADATA_PATIENCE.toNanos();
    while (shared.loader().lastAppliedOffset() < decided - 1 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(METADATA_LOOK.toNanos());
    }
  }

  /** Stops the broker and waits for it; what was acknowledged is on disk. Idempotent. */
  @Override
  public void close() {
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shutDownServers();
    try {
      sockets.close();
    } catch (IOException e) {
      throw new UncheckedIOException("broker: its sockets could not be closed", e);
    } finally {
      exit.close();
      giveBack(folderLock);
    }
  }
}
