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

  @Override
  protected void writeTimedOut(ChannelHandlerContext ctx) {
    if (ctx.channel().isOpen()) {
      connections.cuts().count(Cut.ANSWER_TIMEOUT);
      ctx.close();
    }
  }
}
