package io.vignette.gateway.api;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

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
    return Objects.requireNonNull(clients.get(version))
        .request(options)
        .compose(request -> request.send(Buffer.buffer(body)))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        read ->
                            new Answer(response.statusCode(), response.headers(), read.toString())))
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
