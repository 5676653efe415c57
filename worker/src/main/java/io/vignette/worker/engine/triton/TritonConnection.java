package io.vignette.worker.engine.triton;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.vignette.wire.TraceContext;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * The connections to one server, taken in turn.
 *
 * <p>Thread-safe. Connects with the first call, and again by itself when a connection breaks. Calls
 * fail at once while there is no connection. Answers arrive on threads of its own, one a
 * connection, never on Netty's.
 */
final class TritonConnection implements AutoCloseable {
  // The server counts pings that come more often than every 5 min as an attack.
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(6);
  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration IDLE_THREAD = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  // The features of a batch in one window: the default of 1 MiB needs a round trip for every one.
  private static final int FLOW_CONTROL_WINDOW = 16 << 20;

  private final Endpoint endpoint;
  private final List<ManagedChannel> channels;
  private final AtomicInteger turn = new AtomicInteger();

  TritonConnection(TritonSettings.Connection settings) {
    this.endpoint = settings.endpoint();
    Executor answers = answerThreads(settings.connections());
    this.channels =
        Stream.generate(() -> channel(settings, answers)).limit(settings.connections()).toList();
  }

  /**
   * Never shut down, for a closed channel still has words to say: idle threads end by themselves.
   */
  private static Executor answerThreads(int count) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_THREAD.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("triton-answers-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static ManagedChannel channel(TritonSettings.Connection settings, Executor answers) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(settings.endpoint().host(), settings.endpoint().port())
            .executor(answers)
            .maxInboundMessageSize(settings.answerBytesMax())
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveWithoutCalls(false)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()))
            .disableRetry(); // The worker retries, within its own budget.
    return (settings.tls() ? encrypted(builder, settings) : builder.usePlaintext()).build();
  }

  private static NettyChannelBuilder encrypted(
      NettyChannelBuilder builder, TritonSettings.Connection settings) {
    if (settings.trustedCertificates().isEmpty()) {
      return builder.useTransportSecurity();
    }
    Path trusted = settings.trustedCertificates().get();
    try {
      File file = trusted.toFile();
      return builder.sslContext(GrpcSslContexts.forClient().trustManager(file).build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "trustedCertificates: %s (expected: a PEM file of certificates)".formatted(trusted), e);
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Sends a request of no trace. */
  <Q, A> UnaryCall<A> call(MethodDescriptor<Q, A> method, Q request, Duration timeout) {
    return call(method, request, timeout, TraceContext.NONE);
  }

  /** Sends a request. Its answer, or the failure, comes later; nothing is thrown. */
  <Q, A> UnaryCall<A> call(
      MethodDescriptor<Q, A> method, Q request, Duration timeout, TraceContext trace) {
    int next = Math.floorMod(turn.getAndIncrement(), channels.size());
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    Channel channel =
        trace.isNone()
            ? channels.get(next)
            : ClientInterceptors.intercept(
                channels.get(next), MetadataUtils.newAttachHeadersInterceptor(metadata(trace)));
    return UnaryCall.send(channel.newCall(method, options), request);
  }

  private static Metadata metadata(TraceContext trace) {
    Metadata metadata = new Metadata();
    trace
        .headers()
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return metadata;
  }

  /**
   * Leaves the connections that are there, running calls aside, and connects anew with the next
   * call, without waiting for the end of a backoff.
   */
  void reconnect() {
    for (ManagedChannel channel : channels) {
      channel.enterIdle();
      channel.resetConnectBackoff();
    }
  }

  /** Fails what is on its way. */
  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    try {
      for (ManagedChannel channel : channels) {
        channel.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
