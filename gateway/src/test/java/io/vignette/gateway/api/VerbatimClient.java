package io.vignette.gateway.api;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Sends hosts and paths as they are written, which HTTP clients for everybody don't, and speaks
 * HTTP/2 from its first byte on.
 */
final class VerbatimClient implements AutoCloseable {
  private static final Buffer BLANKS = Buffer.buffer(" ".repeat(1 << 16));

  static final List<HttpVersion> VERSIONS = List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2);

  private final int port;
  private final Vertx vertx = Vertx.vertx();
  private final Map<HttpVersion, HttpClient> clients = new EnumMap<>(HttpVersion.class);

  /** What came back. */
  record Answer(int status, MultiMap headers, String body) {}

  VerbatimClient(int port) {
    this.port = port;
    for (HttpVersion version : VERSIONS) {
      clients.put(
          version,
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(version)
                  .setHttp2ClearTextUpgrade(false)
                  .setMaxPoolSize(1)));
    }
  }

  /** An answer from this machine, asked for under its usual name. */
  Answer send(HttpVersion version, HttpMethod method, String path, Map<String, String> headers)
      throws Exception {
    return send(version, method, "localhost", path, headers, "");
  }

  /**
   * An answer from this machine.
   *
   * @param host what is said to be its name
   */
  Answer send(
      HttpVersion version,
      HttpMethod method,
      String host,
      String path,
      Map<String, String> headers,
      String body)
      throws Exception {
    CompletableFuture<Answer> answer =
        ask(
            version,
            new RequestOptions().setMethod(method).setHost(host).setURI(path),
            headers,
            request -> request.end(Buffer.buffer(body)));
    try {
      return answer.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(version + " " + method + " " + path + ": no answer", e);
    }
  }

  /**
   * The answer to a POST to this machine, once it is there.
   *
   * @param body writes the body, as much of it as it likes, on a thread of Vert.x
   */
  CompletableFuture<Answer> post(
      HttpVersion version,
      String path,
      Map<String, String> headers,
      Consumer<HttpClientRequest> body) {
    return ask(
        version,
        new RequestOptions().setMethod(HttpMethod.POST).setHost("localhost").setURI(path),
        headers,
        request -> {
          // The answer says it too; without a handler it is an error in the log.
          request.exceptionHandler(broken -> {});
          body.accept(request.setChunked(true));
        });
  }

  /** Writes blanks for as long as they are taken, and counts them; about a gigabyte at most. */
  void writeOn(HttpClientRequest request, AtomicLong taken) {
    request
        .write(BLANKS)
        .onSuccess(
            written -> {
              if (taken.addAndGet(BLANKS.length()) < 1L << 30) {
                vertx.runOnContext(next -> writeOn(request, taken));
              }
            });
  }

  private CompletableFuture<Answer> ask(
      HttpVersion version,
      RequestOptions options,
      Map<String, String> headers,
      Consumer<HttpClientRequest> body) {
    options.setServer(SocketAddress.inetSocketAddress(port, "localhost")).setPort(port);
    headers.forEach(options::putHeader);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    // On a thread of Vert.x: elsewhere an answer can be over before its body is asked for.
    vertx.runOnContext(
        now ->
            Objects.requireNonNull(clients.get(version))
                .request(options)
                .compose(
                    request -> {
                      body.accept(request);
                      return request.response();
                    })
                .compose(VerbatimClient::answer)
                .onSuccess(answer::complete)
                .onFailure(answer::completeExceptionally));
    return answer;
  }

  private static Future<Answer> answer(HttpClientResponse response) {
    return response
        .body()
        .map(body -> new Answer(response.statusCode(), response.headers(), body.toString()));
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
