package io.vignette.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What an HTTP/2 connection is held to from its first frame on.
 *
 * <p>The server bounds its streams only once the client has acknowledged the server's settings, so
 * one that never does would have no bound. And it hands on requests without a path, or with one
 * that is no URI, of which Quarkus makes a stack trace, or an answer without a word; and fields
 * that become other fields where somebody writes them down as HTTP/1.
 *
 * <p>On the connection's event loop only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113">RFC 9113, HTTP/2</a>
 */
final class HttpTwoBounds extends Http2FrameListenerDecorator {
  private final Http2ConnectionHandler handler;
  private final Connections connections;

  private HttpTwoBounds(
      Http2FrameListener server, Http2ConnectionHandler handler, Connections connections) {
    super(server);
    this.handler = handler;
    this.connections = connections;
  }

  /** Sets the bounds if the server's handler of HTTP/2 is there. Idempotent. */
  static void set(ChannelPipeline pipeline, Connections connections) {
    Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
    if (handler != null) {
      set(handler, connections);
    }
  }

  private static void set(Http2ConnectionHandler handler, Connections connections) {
    Http2FrameListener server = handler.decoder().frameListener();
    if (server == null || server instanceof HttpTwoBounds) {
      return;
    }
    handler.decoder().frameListener(new HttpTwoBounds(server, handler, connections));
    long streams = connections.serverOptions().getInitialSettings().getMaxConcurrentStreams();
    handler.connection().remote().maxActiveStreams((int) Math.min(streams, Integer.MAX_VALUE));
  }

  /** The server changes its listener with the client's first settings. */
  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    super.onSettingsRead(ctx, settings);
    set(handler, connections);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    if (mayPass(ctx, streamId, headers, endOfStream)) {
      super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    if (mayPass(ctx, streamId, headers, endOfStream)) {
      super.onHeadersRead(
          ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
    }
  }

  private boolean mayPass(
      ChannelHandlerContext ctx, int streamId, Http2Headers headers, boolean endOfStream) {
    Optional<HeadFault> malformed = HeadRules.checkFields(headers);
    CharSequence path = headers.path();
    if (headers.method() == null) { // Trailers: an answer may be under way.
      malformed.ifPresent(found -> reset(ctx, streamId));
      return malformed.isEmpty();
    }
    if (path == null) { // A CONNECT, which has none.
      reset(ctx, streamId);
      return false;
    }
    Optional<HeadFault> fault =
        malformed
            .or(() -> HeadRules.checkScheme(headers.scheme()))
            .or(() -> HeadRules.checkTarget(path.toString()))
            .or(() -> HeadRules.checkHost(headers));
    boolean wantsHead = HttpMethod.HEAD.asciiName().contentEquals(headers.method());
    fault.ifPresent(found -> refuse(ctx, streamId, found, endOfStream, wantsHead));
    AcceptLists.tidy(headers);
    return fault.isEmpty();
  }

  private void reset(ChannelHandlerContext ctx, int streamId) {
    connections.cuts().count(Cut.HEAD_INVALID);
    handler.resetStream(ctx, streamId, Http2Error.PROTOCOL_ERROR.code(), ctx.newPromise());
  }

  private void refuse(
      ChannelHandlerContext ctx,
      int streamId,
      HeadFault fault,
      boolean endOfStream,
      boolean wantsHead) {
    connections.cuts().count(Cut.HEAD_INVALID);
    byte[] document =
        connections
            .documents()
            .of(fault.status(), fault.detail(), "/")
            .getBytes(StandardCharsets.UTF_8);
    Http2Headers head =
        new DefaultHttp2Headers()
            .status(Integer.toString(fault.status()))
            .set(HttpHeaderNames.CONTENT_TYPE, connections.documents().mediaType())
            .setInt(HttpHeaderNames.CONTENT_LENGTH, document.length);
    RequestGuard.FOR_BROWSERS.forEach(
        (name, value) -> head.set(name.toLowerCase(Locale.ROOT), value));
    ChannelPromise written = ctx.newPromise();
    if (!endOfStream) {
      // Not before the document is out: a reset drops what waits.
      written.addListener(
          done -> {
            handler.resetStream(ctx, streamId, Http2Error.NO_ERROR.code(), ctx.newPromise());
            ctx.flush();
          });
    }
    if (wantsHead) {
      handler.encoder().writeHeaders(ctx, streamId, head, 0, true, written);
      return;
    }
    handler.encoder().writeHeaders(ctx, streamId, head, 0, false, ctx.newPromise());
    handler.encoder().writeData(ctx, streamId, Unpooled.wrappedBuffer(document), 0, true, written);
  }
}
