package io.vignette.gateway.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes an HTTP/2 connection on which no stream is open for too long: until its first request, and
 * between two. Frames without a stream, such as PING, don't count.
 *
 * <p>On the connection's event loop only.
 */
final class StreamWatch extends Http2ConnectionAdapter {
  private final Channel channel;
  private final Http2Connection streams;
  private final Connections connections;
  private @Nullable ScheduledFuture<?> timer;

  private StreamWatch(Channel channel, Http2Connection streams, Connections connections) {
    this.channel = channel;
    this.streams = streams;
    this.connections = connections;
  }

  /** Watches a connection of which it is known that it speaks HTTP/2. */
  static void watch(Channel channel, Connections connections) {
    Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
    if (handler == null || !channel.isActive()) {
      return; // It is closed already.
    }
    StreamWatch watch = new StreamWatch(channel, handler.connection(), connections);
    handler.connection().addListener(watch);
    channel.closeFuture().addListener(closed -> watch.stop());
    if (handler.connection().numActiveStreams() == 0) {
      watch.start(
          connections.config().headTimeout(), () -> connections.cuts().count(Cut.HEAD_TIMEOUT));
    }
  }

  @Override
  public void onStreamActive(Http2Stream stream) {
    stop();
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    if (streams.numActiveStreams() == 0) {
      start(connections.config().keepAliveTimeout(), () -> {});
    }
  }

  private void start(Duration after, Runnable beforeEnd) {
    stop();
    timer =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  beforeEnd.run();
                  channel.close();
                },
                after.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
