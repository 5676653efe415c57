package io.vignette.gateway.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * The server's decoder, except that it does not forgive a request that says its length twice: by
 * {@code Content-Length} and by {@code Transfer-Encoding}, nor a version that is nearly one.
 * Netty's drops the length and corrects the version, silently.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.3">RFC 9112, 6.3</a>
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  /** Stands for a version that is nearly one. */
  static final HttpVersion MISWRITTEN = new HttpVersion("MISWRITTEN", 0, 0, false);

  StrictRequestDecoder(HttpServerOptions options) {
    super(options);
  }

  /** Netty reads versions in small letters and with leading zeros. */
  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    HttpMessage message = super.createMessage(initialLine);
    return message.protocolVersion().text().equals(initialLine[2])
        ? message
        : message.setProtocolVersion(MISWRITTEN);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    super.handleTransferEncodingChunkedWithContentLength(message);
    message.setDecoderResult(DecoderResult.failure(new TwoLengthsException()));
  }

  /** A request has both headers that say how long it is. */
  static final class TwoLengthsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TwoLengthsException() {
      super("Content-Length beside Transfer-Encoding", null, false, false);
    }
  }
}
