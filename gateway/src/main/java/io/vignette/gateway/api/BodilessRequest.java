package io.vignette.gateway.api;

import io.quarkus.vertx.http.runtime.filters.AbstractResponseWrapper;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;

/**
 * A HEAD request whose answer is sent without its body.
 *
 * <p>Over HTTP/1 the server leaves the body out. Over HTTP/2 it sends what a handler writes, and
 * clients take that for a broken stream.
 *
 * <p>On the request's event loop only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-head">RFC 9110, 9.3.2</a>
 */
final class BodilessRequest extends HttpServerRequestWrapper {
  private final HttpServerResponse response;

  BodilessRequest(HttpServerRequest request) {
    super((HttpServerRequestInternal) request);
    this.response = new Bodiless(request.response());
  }

  /** Whether this is a HEAD request whose answer the server would send with its body. */
  static boolean isNeededFor(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2
        && request.method().equals(HttpMethod.HEAD)
        && !(request.response() instanceof Bodiless);
  }

  @Override
  public HttpServerResponse response() {
    return response;
  }

  private static final class Bodiless extends AbstractResponseWrapper {
    Bodiless(HttpServerResponse delegate) {
      super(delegate);
    }

    @Override
    public Future<Void> write(Buffer data) {
      return Future.succeededFuture();
    }

    @Override
    public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
      handler.handle(Future.succeededFuture());
    }

    @Override
    public Future<Void> write(String chunk) {
      return Future.succeededFuture();
    }

    @Override
    public void write(String chunk, Handler<AsyncResult<Void>> handler) {
      handler.handle(Future.succeededFuture());
    }

    @Override
    public Future<Void> write(String chunk, String enc) {
      return Future.succeededFuture();
    }

    @Override
    public void write(String chunk, String enc, Handler<AsyncResult<Void>> handler) {
      handler.handle(Future.succeededFuture());
    }

    @Override
    public Future<Void> end(Buffer chunk) {
      return end();
    }

    @Override
    public void end(Buffer chunk, Handler<AsyncResult<Void>> handler) {
      end(handler);
    }

    @Override
    public Future<Void> end(String chunk) {
      return end();
    }

    @Override
    public void end(String chunk, Handler<AsyncResult<Void>> handler) {
      end(handler);
    }

    @Override
    public Future<Void> end(String chunk, String enc) {
      return end();
    }

    @Override
    public void end(String chunk, String enc, Handler<AsyncResult<Void>> handler) {
      end(handler);
    }

    @Override
    public Future<Void> send(String body) {
      return end();
    }

    @Override
    public void send(String body, Handler<AsyncResult<Void>> handler) {
      end(handler);
    }

    @Override
    public Future<Void> send(Buffer body) {
      return end();
    }

    @Override
    public void send(Buffer body, Handler<AsyncResult<Void>> handler) {
      end(handler);
    }
  }
}
