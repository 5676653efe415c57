package io.vignette.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.util.concurrent.TimeUnit;

/** Closes a connection whose client does not read what is written to it. */
final class AnswerTimeout extends WriteTimeoutHandler {
  private final Connections connections;

  AnswerTimeout(Connections connections) {
    super(connections.config().answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
    this.connections = connections;
  }

  /** An upgrade to HTTP/2 takes all handlers out that it does not know. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
    super.handlerRemoved(ctx);
    if (ctx.channel().isActive()) {
      // Before what came behind the request that upgraded.
      HttpTwoBounds.set(ctx.pipeline(), connections);
      ctx.pipeline().addFirst(new AnswerTimeout(connections));
    }
  }

  @Override
  protected void writeTimedOut(ChannelHandlerContext ctx) {
    if (ctx.channel().isOpen()) {
      connections.cuts().count(Cut.ANSWER_TIMEOUT);
      ctx.close();
    }
  }
}
