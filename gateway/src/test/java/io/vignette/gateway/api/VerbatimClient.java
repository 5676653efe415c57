package io.vignette.gateway.api;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
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

/** Sends hosts and paths as they are written, which HTTP clients for everybody don't. */
final class VerbatimClient implements AutoCloseable {
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
    RequestOptions options =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(port, "localhost"))
            .setHost(host)
            .setPort(port)
            .setMethod(method)
            .setURI(path);
    headers.forEach(options::putHeader);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    // On a thread of Vert.x: elsewhere an answer can be over before its body is asked for.
    vertx.runOnContext(
        now ->
            Objects.requireNonNull(clients.get(version))
                .request(options)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(VerbatimClient::answer)
                .onSuccess(answer::complete)
                .onFailure(answer::completeExceptionally));
    try {
      return answer.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(version + " " + method + " " + path + ": no answer", e);
    }
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
