package io.vignette.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds an HTTP/2 connection to its bounds: closes it where no stream is open for too long (until
 * its first request, and between two), and resets a stream whose answer is not taken, or whose
 * client does not end it though it is answered. Frames without a stream, such as PING, don't count.
 *
 * <p>An answer that the client gives no room for waits in the flow control, so a time-out of the
 * connection's writes does not see it.
 *
 * <p>On the connection's event loop only.
 */
final class StreamWatch extends Http2ConnectionAdapter {
  private static final Duration LOOKS_APART_MAX = Duration.ofSeconds(1);

  /** Of the shortest bound. */
  private static final int LOOKS = 5;

  private final Channel channel;
  private final Http2ConnectionHandler handler;
  private final Http2Connection streams;
  private final Connections connections;
  private final Http2Connection.PropertyKey waits;
  private @Nullable ScheduledFuture<?> idle;
  private @Nullable ScheduledFuture<?> looks;

  /** How long a stream waits for its client. Zero: it does not. */
  private static final class Waits {
    private long unreadSince;
    private long unendedSince;
  }

  private StreamWatch(Channel channel, Http2ConnectionHandler handler, Connections connections) {
    this.channel = channel;
    this.handler = handler;
    this.streams = handler.connection();
    this.connections = connections;
    this.waits = streams.newKey();
  }

  /** Watches a connection of which it is known that it speaks HTTP/2, before its first stream. */
  static void watch(Channel channel, Connections connections) {
    Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
    if (handler == null || !channel.isActive()) {
      return; // It is closed already.
    }
    StreamWatch watch = new StreamWatch(channel, handler, connections);
    handler.connection().addListener(watch);
    channel.closeFuture().addListener(closed -> watch.stop());
    watch.closeAfter(
        connections.config().headTimeout(), () -> connections.cuts().count(Cut.HEAD_TIMEOUT));
  }

  @Override
  public void onStreamActive(Http2Stream stream) {
    idle = cancelled(idle);
    if (looks == null) {
      lookLater();
    }
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    if (streams.numActiveStreams() == 0) {
      looks = cancelled(looks);
      closeAfter(connections.config().keepAliveTimeout(), () -> {});
    }
  }

  private void closeAfter(Duration time, Runnable beforeEnd) {
    idle = cancelled(idle);
    idle =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  beforeEnd.run();
                  channel.close();
                },
                time.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void lookLater() {
    Duration shortest =
        answerTimeout().compareTo(endTimeout()) < 0 ? answerTimeout() : endTimeout();
    long millis = Math.min(shortest.toMillis() / LOOKS, LOOKS_APART_MAX.toMillis());
    looks = channel.eventLoop().schedule(this::look, Math.max(1, millis), TimeUnit.MILLISECONDS);
  }

  /** At all streams that are open. */
  private void look() {
    looks = null;
    long now = System.nanoTime();
    List<Http2Stream> unread = new ArrayList<>();
    List<Http2Stream> unended = new ArrayList<>();
    for (Http2Stream stream : active()) {
      Waits of = waitsOf(stream);
      of.unreadSince = since(of.unreadSince, isUnread(stream), now);
      of.unendedSince = since(of.unendedSince, isUnended(stream), now);
      if (isOver(of.unreadSince, answerTimeout(), now)) {
        unread.add(stream);
      } else if (isOver(of.unendedSince, endTimeout(), now)) {
        unended.add(stream);
      }
    }
    unread.forEach(
        stream -> {
          connections.cuts().count(Cut.ANSWER_TIMEOUT);
          reset(stream, Http2Error.CANCEL);
        });
    // RFC 9113, 8.1: the answer stands, the rest of the request is not wanted.
    unended.forEach(stream -> reset(stream, Http2Error.NO_ERROR));
    if (streams.numActiveStreams() > 0) {
      lookLater();
    }
  }

  private List<Http2Stream> active() {
    List<Http2Stream> active = new ArrayList<>();
    try {
      streams.forEachActiveStream(active::add);
    } catch (Http2Exception e) {
      throw new IllegalStateException("a list was added to", e); // The visitor throws none.
    }
    return active;
  }

  /**
   * The answer has begun and is not out: it waits for the client to give room for it, here or, if
   * it is a file, before it is read. Nothing of ours takes long to make the rest of an answer.
   */
  private static boolean isUnread(Http2Stream stream) {
    return stream.isHeadersSent()
        && (stream.state() == Http2Stream.State.OPEN
            || stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE);
  }

  /** The whole answer is out, and the client may still send a body. */
  private static boolean isUnended(Http2Stream stream) {
    return stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL;
  }

  private void reset(Http2Stream stream, Http2Error error) {
    ChannelHandlerContext context = channel.pipeline().context(handler);
    if (context != null) {
      handler.resetStream(context, stream.id(), error.code(), context.newPromise());
      context.flush();
    }
  }

  private Waits waitsOf(Http2Stream stream) {
    Waits known = stream.getProperty(waits);
    if (known != null) {
      return known;
    }
    Waits fresh = new Waits();
    stream.setProperty(waits, fresh);
    return fresh;
  }

  private static long since(long before, boolean isStill, long now) {
    if (!isStill) {
      return 0;
    }
    return before == 0 ? now : before;
  }

  private static boolean isOver(long since, Duration limit, long now) {
    return since != 0 && now - since > limit.toNanos();
  }

  private Duration answerTimeout() {
    return connections.config().answerTimeout();
  }

  private Duration endTimeout() {
    return connections.config().bodyPauseMax();
  }

  private void stop() {
    idle = cancelled(idle);
    looks = cancelled(looks);
  }

  private static @Nullable ScheduledFuture<?> cancelled(@Nullable ScheduledFuture<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
    return null;
  }
}
