package io.vignette.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts the bytes of a connection as they come, framing included. On its event loop only. */
final class RawBytes extends ChannelInboundHandlerAdapter {
  private long count;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      count += bytes.readableBytes();
    }
    ctx.fireChannelRead(message);
  }

  /** Bytes so far. */
  long count() {
    return count;
  }
}
