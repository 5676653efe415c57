package io.vignette.testkit.triton;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A server in this JVM that speaks Triton's gRPC interface over a real socket and computes nothing:
 * for faults, timing and answers that {@link TritonServer} can't be made to give on demand.
 *
 * <p>Knows the models of a repository by their {@code config.pbtxt} and holds requests to it. What
 * each model does is told to its {@link FakeModel}. Doesn't join requests to batches. Thread-safe.
 */
public final class FakeTriton implements AutoCloseable {

  private static final int MESSAGE_LIMIT_BYTES = Integer.MAX_VALUE;
  private static final long END_SECONDS = 10;

  private final ScheduledExecutorService timer;
  private final FakeRepository repository;
  private final Server server;

  private FakeTriton(ScheduledExecutorService timer, FakeRepository repository, Server server) {
    this.timer = timer;
    this.repository = repository;
    this.server = server;
  }

  /** A server with this repository's own models. */
  public static FakeTriton start() {
    return start(RepositoryFiles.models());
  }

  /** A server with the models of a repository folder. */
  public static FakeTriton start(Path models) {
    ScheduledExecutorService timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("fake-triton-timer").daemon().factory());
    try {
      FakeRepository repository = new FakeRepository(models, timer);
      return new FakeTriton(timer, repository, serverOf(repository).start());
    } catch (IOException e) {
      timer.shutdownNow();
      throw new UncheckedIOException("fake Triton with " + models, e);
    }
  }

  private static Server serverOf(FakeRepository repository) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .maxInboundMessageSize(MESSAGE_LIMIT_BYTES)
        .addService(new FakeInferenceService(repository))
        .addService(FakeHealth.service())
        .build();
  }

  /** Address of the gRPC interface, {@code host:port}. */
  public String endpoint() {
    return "127.0.0.1:" + server.getPort();
  }

  /** The script and the records of one model. */
  public FakeModel model(String name) {
    return repository.model(name);
  }

  /** Cuts all connections. */
  @Override
  public void close() {
    server.shutdownNow();
    timer.shutdownNow();
    try {
      server.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
