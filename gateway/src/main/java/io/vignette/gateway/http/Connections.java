package io.vignette.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The connections of the HTTP server: holds each new one to its bounds, and ends all of them when
 * the gateway stops.
 *
 * <p>Thread-safe. Neither Quarkus nor Vert.x 4 lets an application put a handler into a connection
 * or close the listening socket alone. So the socket is looked up at its event loop once the server
 * has started, and sees each connection first from then on.
 */
@ApplicationScoped
public class Connections {
  /** Who sends one request after another has sent the next one within it. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration STEP = Duration.ofMillis(20);

  /** Behind those who end the waits of open requests (2500 is an observer's own priority). */
  private static final int DRAIN_PRIORITY = 2900;

  private final Vertx vertx;
  private final HttpConfig config;
  private final CutCounters cuts;
  private final RefusalDocument documents;
  private final long bodyBytesMax;

  private final Set<ServerChannel> listening = ConcurrentHashMap.newKeySet();
  private final Set<RequestGuard> guards = ConcurrentHashMap.newKeySet();
  private final Set<Channel> httpTwo = ConcurrentHashMap.newKeySet();
  private final AtomicInteger openConnections = new AtomicInteger();
  private final AtomicInteger openRequests = new AtomicInteger();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile HttpServerOptions serverOptions = new HttpServerOptions();

  @Inject
  public Connections(
      Vertx vertx,
      HttpConfig config,
      CutCounters cuts,
      RefusalDocument documents,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize bodyBytesMax) {
    this.vertx = vertx;
    this.config = config;
    this.cuts = cuts;
    this.documents = documents;
    this.bodyBytesMax = bodyBytesMax.asLongValue();
  }

  void guard(@ObservesAsync HttpServerStart started) {
    guard(started.options());
  }

  void guard(@ObservesAsync HttpsServerStart started) {
    guard(started.options());
  }

  private void guard(HttpServerOptions options) {
    serverOptions = options;
    for (EventExecutor loop : ((VertxInternal) vertx).getAcceptorEventLoopGroup()) {
      loop.execute(() -> guardAll(((SingleThreadEventLoop) loop).registeredChannelsIterator()));
    }
  }

  private void guardAll(Iterator<Channel> channels) {
    while (channels.hasNext()) {
      if (channels.next() instanceof ServerChannel socket && !listening.contains(socket)) {
        socket.pipeline().addFirst(new Welcome());
        listening.add(socket);
      }
    }
  }

  /**
   * Sees each new connection before the server does. It counts them, because the server's own bound
   * ({@code quarkus.http.limits.max-connections}) counts a connection with its first whole head
   * only.
   */
  @ChannelHandler.Sharable
  private final class Welcome extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      Channel connection = (Channel) accepted;
      if (openConnections.incrementAndGet() > config.connectionsMax()) {
        openConnections.decrementAndGet();
        cuts.count(Cut.TOO_MANY_CONNECTIONS);
        connection.unsafe().closeForcibly();
        return;
      }
      connection.closeFuture().addListener(closed -> openConnections.decrementAndGet());
      connection
          .pipeline()
          .addLast(new AnswerTimeout(Connections.this))
          .addLast(new FirstBytes(Connections.this));
      ctx.fireChannelRead(connection);
    }
  }

  /** Whether connections are held to their bounds already: a moment after the server listens. */
  public boolean areGuarded() {
    return !listening.isEmpty();
  }

  /**
   * Refuses a request while its body arrives: writes the problem, then closes the connection, of
   * which the application is told. HTTP/1 only.
   *
   * @param connection the request's
   * @param status of HTTP
   * @param detail one sentence that names the value and what was expected
   */
  public void refuseBody(HttpConnection connection, int status, String detail, Cut cut) {
    RequestGuard guard = ((ConnectionBase) connection).channel().pipeline().get(RequestGuard.class);
    if (guard == null) {
      connection.close();
    } else {
      guard.refuseBody(new HeadFault(status, detail), cut);
    }
  }

  /** A request has reached the application. */
  public void requestBegan() {
    openRequests.incrementAndGet();
  }

  /** A request that {@link #requestBegan} was answered, or its client is gone. */
  public void requestEnded() {
    openRequests.decrementAndGet();
  }

  void drainBeforeStop(@Observes @Priority(DRAIN_PRIORITY) ShutdownDelayInitiatedEvent event) {
    drain();
  }

  /**
   * Takes no more connections, has each one closed behind the answer that it waits for, and returns
   * when all requests are answered, or {@link HttpConfig#drainTimeout} is over. Blocks.
   *
   * <p>The listening socket is closed first: who is told afterwards that its connection ends is
   * refused at the next one at once, instead of waiting in a queue that nobody reads.
   */
  private void drain() {
    long began = System.nanoTime();
    for (ServerChannel socket : listening) {
      socket.close().awaitUninterruptibly();
    }
    stopping.set(true);
    while (!isDrained(System.nanoTime() - began)) {
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  private boolean isDrained(long nanos) {
    if (nanos >= config.drainTimeout().toNanos()) {
      return true;
    }
    boolean mayBeQuiet = nanos >= QUIET.toNanos();
    if (mayBeQuiet) {
      guards.forEach(guard -> guard.endIfQuiet(QUIET));
    }
    return guards.isEmpty() && openRequests.get() <= 0 && (mayBeQuiet || httpTwo.isEmpty());
  }

  boolean isStopping() {
    return stopping.get();
  }

  void opened(RequestGuard guard, Channel channel) {
    if (channel.isActive()) {
      guards.add(guard);
    }
  }

  void closed(RequestGuard guard) {
    guards.remove(guard);
  }

  void speaksHttpTwo(Channel connection) {
    httpTwo.add(connection);
    HttpTwoBounds.set(connection.pipeline(), this);
    StreamWatch.watch(connection, this);
    connection.closeFuture().addListener(closed -> httpTwo.remove(connection));
  }

  HttpConfig config() {
    return config;
  }

  CutCounters cuts() {
    return cuts;
  }

  RefusalDocument documents() {
    return documents;
  }

  HttpServerOptions serverOptions() {
    return serverOptions;
  }

  long bodyBytesMax() {
    return bodyBytesMax;
  }
}
