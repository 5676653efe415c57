package io.vignette.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds one HTTP/1 connection to its bounds: time for heads, their grammar, bytes of a body, and
 * the end of the connection when the gateway stops.
 *
 * <pre>
 *   head awaited ──► body arrives ──► answer awaited ──► answered ─┐
 *        ▲   │             │                                       │
 *        │   └─ too late   └─ too long                             │
 *        │         └──────────────┴──► refused ──► closed ◄── stop ┤
 *        └────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>A refusal is written behind the answers of earlier requests on the connection (pipelining).
 * After it nothing more is read; the connection is closed a moment later, because closing it while
 * bytes arrive would make the client's system throw the refusal away.
 *
 * <p>On the connection's event loop only, unless a method says otherwise.
 */
final class RequestGuard extends ChannelDuplexHandler {
  private static final Duration LINGER = Duration.ofSeconds(1);

  /** As {@code quarkus.http.header} and {@code quarkus.http.filter} have them for other answers. */
  static final Map<String, String> FOR_BROWSERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin",
          "X-Frame-Options", "DENY",
          "Cache-Control", "no-store",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

  private static final Duration REST_TIMEOUT = Duration.ofSeconds(10);
  private static final int RETRY_SECONDS = 1;

  /** What comes with chunks, their extensions above all, may be as long as the longest body. */
  private static final int RAW_BYTES_A_BODY_BYTE = 2;

  private final Connections connections;
  private final RawBytes raw;

  private @Nullable ChannelHandlerContext own;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable HeadFault refusal;
  private String path = "/";
  private boolean wantsHead;

  /** Requests whose answer has not left whole. */
  private int unanswered;

  /** Of these, the ones whose answer has not been written whole. */
  private int unwritten;

  private boolean bodyArrives;
  private long bodyBytes;
  private long rawBytesBefore;
  private boolean answerBegun;
  private boolean saidClose;
  private long quietSince = System.nanoTime();
  private boolean isEnding;

  /**
   * @param raw the connection's
   */
  RequestGuard(Connections connections, RawBytes raw) {
    this.connections = connections;
    this.raw = raw;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    connections.opened(this, ctx.channel());
    startTimer(ctx, connections.config().headTimeout(), () -> firstHeadTooLate(ctx));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopTimer();
    connections.closed(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopTimer();
    connections.closed(this);
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpObject)) {
      ctx.fireChannelRead(message);
    } else if (refusal != null || isEnding || !mayPass(ctx, message)) {
      ReferenceCountUtil.release(message);
      // Whoever reads the body may have asked for more of it.
      ctx.channel().config().setAutoRead(false);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private boolean mayPass(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      headArrived(ctx, head);
    }
    if (refusal == null && message instanceof HttpContent content) {
      contentArrived(ctx, content);
    }
    return refusal == null;
  }

  private void headArrived(ChannelHandlerContext ctx, HttpRequest head) {
    stopTimer();
    path = pathOf(head.uri());
    wantsHead = head.method().equals(HttpMethod.HEAD);
    HeadRules.check(head)
        .ifPresentOrElse(
            fault -> refuse(ctx, fault, Cut.HEAD_INVALID),
            () -> {
              unanswered++;
              unwritten++;
              bodyArrives = true;
              bodyBytes = 0;
              rawBytesBefore = raw.count();
              UpgradeOffer.remove(head.headers());
              AcceptLists.tidy(head.headers());
            });
  }

  private void contentArrived(ChannelHandlerContext ctx, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      // Its end was lost, or trailers are too long: what comes next on the connection is unknown.
      refuse(
          ctx,
          new HeadFault(400, "body: not in chunks (expected: as RFC 9112, 7.1, says)"),
          Cut.HEAD_INVALID);
      return;
    }
    bodyBytes += content.content().readableBytes();
    long bytesMax = connections.bodyBytesMax();
    if (bodyBytes > bytesMax || raw.count() - rawBytesBefore > RAW_BYTES_A_BODY_BYTE * bytesMax) {
      refuse(
          ctx,
          new HeadFault(413, "body: too long (expected: at most " + bytesMax + " bytes)"),
          Cut.BODY_TOO_LARGE);
    } else if (content instanceof LastHttpContent) {
      bodyArrives = false;
      whenDone(ctx);
    }
  }

  /** The request that has just arrived, or is arriving, is the last of the connection. */
  private void refuse(ChannelHandlerContext ctx, HeadFault fault, Cut cut) {
    connections.cuts().count(cut);
    refusal = fault;
    ctx.channel().config().setAutoRead(false);
    refuseInTurn(ctx);
  }

  /** Says the refusal unless answers of earlier requests are missing: then their end says it. */
  private void refuseInTurn(ChannelHandlerContext ctx) {
    int earlier = bodyArrives ? unwritten - 1 : unwritten;
    if (isEnding || earlier > 0) {
      return;
    }
    if (earlier < 0 || answerBegun) {
      // The refused request is answered, or its answer has begun: nothing is left to say.
      isEnding = true;
      linger(ctx);
    } else {
      writeRefusal(ctx);
    }
  }

  /**
   * Refuses the request whose body is arriving, in place of the application, which is told that the
   * connection is closed. Thread-safe.
   */
  void refuseBody(HeadFault fault, Cut cut) {
    ChannelHandlerContext ctx = own;
    if (ctx != null) {
      ctx.executor()
          .execute(
              () -> {
                if (bodyArrives && refusal == null && !isEnding) {
                  refuse(ctx, fault, cut);
                }
              });
    }
  }

  private void writeRefusal(ChannelHandlerContext ctx) {
    HeadFault fault = refusal;
    if (fault == null || isEnding) {
      return;
    }
    isEnding = true;
    byte[] document =
        wantsHead
            ? new byte[0]
            : connections
                .documents()
                .of(fault.status(), fault.detail(), path)
                .getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(fault.status()),
            Unpooled.wrappedBuffer(document));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, connections.documents().mediaType())
        .set(HttpHeaderNames.CONTENT_LENGTH, document.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    FOR_BROWSERS.forEach(response.headers()::set);
    if (response.status().equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_SECONDS);
    }
    ctx.writeAndFlush(response).addListener(written -> linger(ctx));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof HttpObject)) {
      ctx.write(message, promise);
    } else if (isEnding) {
      drop(message, promise);
    } else if (message instanceof HttpResponse response && isInformational(response)) {
      ctx.write(message, promise);
    } else {
      writeAnswer(ctx, message, promise);
    }
  }

  /** The application answers a request that was refused in its place. */
  private static void drop(Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    if (!promise.isVoid()) {
      promise.tryFailure(new ClosedChannelException());
    }
  }

  private static boolean isInformational(HttpResponse response) {
    return response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void writeAnswer(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      answerBegun = true;
      if (connections.isStopping()) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
      saidClose =
          response
              .headers()
              .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    }
    if (message instanceof LastHttpContent) {
      answerBegun = false;
      unwritten--;
      ctx.write(message, promise.unvoid().addListener(written -> answered(ctx)));
      if (refusal != null) {
        refuseInTurn(ctx);
      }
    } else {
      ctx.write(message, promise);
    }
  }

  private void answered(ChannelHandlerContext ctx) {
    unanswered--;
    if (unanswered == 0 && bodyArrives && refusal == null) {
      // Answered before all of it was read: the rest may come, up to the longest body.
      startTimer(ctx, connections.isStopping() ? LINGER : REST_TIMEOUT, () -> end(ctx));
    } else {
      whenDone(ctx);
    }
  }

  /** Nothing is open on the connection. */
  private void whenDone(ChannelHandlerContext ctx) {
    if (unanswered > 0 || bodyArrives || isEnding) {
      return;
    }
    quietSince = System.nanoTime();
    if (connections.isStopping() && saidClose) {
      end(ctx);
    } else {
      // Whoever was not told that the connection ends may be sending the next request on it
      // already.
      startTimer(ctx, connections.config().keepAliveTimeout(), () -> end(ctx));
    }
  }

  /** Closes the connection if nothing has been open on it for so long. Thread-safe. */
  void endIfQuiet(Duration quiet) {
    ChannelHandlerContext ctx = own;
    if (ctx != null) {
      ctx.executor()
          .execute(
              () -> {
                boolean isQuiet = System.nanoTime() - quietSince >= quiet.toNanos();
                if (isQuiet && unanswered == 0 && !bodyArrives && !isEnding) {
                  end(ctx);
                }
              });
    }
  }

  private void firstHeadTooLate(ChannelHandlerContext ctx) {
    refuse(
        ctx,
        new HeadFault(
            408,
            "head: not complete (expected: within %d ms)"
                .formatted(connections.config().headTimeout().toMillis())),
        Cut.HEAD_TIMEOUT);
  }

  /** Says that nothing more will be written, and closes when that has arrived. */
  private void linger(ChannelHandlerContext ctx) {
    stopTimer();
    Channel channel = ctx.channel();
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
    }
    ctx.executor().schedule(() -> ctx.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end(ChannelHandlerContext ctx) {
    isEnding = true;
    stopTimer();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void startTimer(ChannelHandlerContext ctx, Duration after, Runnable task) {
    stopTimer();
    timer = ctx.executor().schedule(task, after.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private static String pathOf(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
