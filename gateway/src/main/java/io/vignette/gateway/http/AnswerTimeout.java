package io.vignette.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection whose client does not read what is written to it. */
final class AnswerTimeout extends WriteTimeoutHandler {
  private final Duration timeout;
  private final CutCounters cuts;

  AnswerTimeout(Duration timeout, CutCounters cuts) {
    super(timeout.toMillis(), TimeUnit.MILLISECONDS);
    this.timeout = timeout;
    this.cuts = cuts;
  }

  /** An upgrade to HTTP/2 takes all handlers out that it does not know. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
    super.handlerRemoved(ctx);
    if (ctx.channel().isActive()) {
      ctx.pipeline().addFirst(new AnswerTimeout(timeout, cuts));
    }
  }

  @Override
  protected void writeTimedOut(ChannelHandlerContext ctx) {
    if (ctx.channel().isOpen()) {
      cuts.count(Cut.ANSWER_TIMEOUT);
      ctx.close();
    }
  }
}
