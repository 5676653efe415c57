package io.vignette.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits at a new connection until the server knows whether it speaks HTTP/1 or HTTP/2, then puts
 * the {@link RequestGuard} beside the server's HTTP/1 handlers and leaves.
 *
 * <p>The server decides by the first bytes and would handle a whole request in the same call. So it
 * gets them one by one until it has decided: no single byte completes a request.
 *
 * <p>On the connection's event loop only.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  private static final String TLS = "ssl";
  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";
  private static final String HTTP_2 = "handler";

  private final Connections connections;
  private final boolean isBehindTls;
  private @Nullable ScheduledFuture<?> timeout;

  FirstBytes(Connections connections) {
    this(connections, false);
  }

  private FirstBytes(Connections connections, boolean isBehindTls) {
    this.connections = connections;
    this.isBehindTls = isBehindTls;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    startTimeout(ctx);
    ctx.fireChannelActive();
  }

  private void startTimeout(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> {
                  connections.cuts().count(Cut.HEAD_TIMEOUT);
                  ctx.close();
                },
                connections.config().headTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ChannelPipeline pipeline = ctx.pipeline();
    if (!isBehindTls && pipeline.get(TLS) != null) {
      FirstBytes plain = new FirstBytes(connections, true);
      pipeline.addAfter(TLS, null, plain);
      plain.startTimeout(pipeline.context(plain));
      pipeline.remove(this);
      ctx.fireChannelRead(message);
      return;
    }
    ByteBuf bytes = (ByteBuf) message;
    while (bytes.isReadable() && !isDecided(pipeline)) {
      ctx.fireChannelRead(bytes.readRetainedSlice(1));
    }
    if (isDecided(pipeline)) {
      leave(ctx);
    }
    if (bytes.isReadable()) {
      ctx.fireChannelRead(bytes);
    } else {
      bytes.release();
    }
  }

  private static boolean isDecided(ChannelPipeline pipeline) {
    return pipeline.get(DECODER) != null || pipeline.get(HTTP_2) != null;
  }

  private void leave(ChannelHandlerContext ctx) {
    ChannelPipeline pipeline = ctx.pipeline();
    if (pipeline.get(DECODER) != null) {
      // What the old decoder has of the first bytes it hands to the new one.
      pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(connections.serverOptions()));
      RawBytes raw = new RawBytes();
      pipeline.addBefore(DECODER, null, raw);
      pipeline.addAfter(ENCODER, null, new RequestGuard(connections, raw));
    } else {
      connections.speaksHttpTwo(ctx.channel());
    }
    pipeline.remove(this);
  }
}
