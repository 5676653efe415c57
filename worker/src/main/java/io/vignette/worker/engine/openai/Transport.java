package io.vignette.worker.engine.openai;

import io.vignette.wire.TraceContext;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server over HTTP.
 *
 * <p>Thread-safe; never blocks. Cancelling what it returns ends the request. Speaks HTTP/1.1: what
 * every such server does, and none gains by more. Follows no redirection: the key is for the
 * endpoint alone.
 *
 * <p>JDK 25's client leaves a connection open whose answer begins with what is no HTTP. It closes
 * it when it is shut down: so after such an answer the next requests get another client, and the
 * old one ends with the last of its requests.
 */
final class Transport implements AutoCloseable {
  private final OpenAiSettings settings;

  // Replaced under the lock of this.
  private volatile HttpClient client;
  private boolean closed;

  Transport(OpenAiSettings settings) {
    this.settings = settings;
    this.client = newClient(settings);
  }

  private static HttpClient newClient(OpenAiSettings settings) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(settings.timeouts().connect())
        .build();
  }

  /** Asks for an answer. */
  CompletableFuture<HttpResponse<LimitedBody.Content>> ask(ChatBody body, TraceContext trace) {
    HttpRequest.Builder request =
        request("/chat/completions")
            .header("Content-Type", "application/json")
            .POST(body.publisher());
    trace.headers().forEach(request::header);
    return send(request.build());
  }

  /** Asks for the list of models. */
  CompletableFuture<HttpResponse<LimitedBody.Content>> models() {
    return send(request("/models").GET().build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.endpoint() + path))
            .header("Accept", "application/json");
    settings.apiKey().ifPresent(key -> request.header("Authorization", key.authorization()));
    return request;
  }

  private CompletableFuture<HttpResponse<LimitedBody.Content>> send(HttpRequest request) {
    HttpClient used = client;
    CompletableFuture<HttpResponse<LimitedBody.Content>> answer =
        used.sendAsync(request, response -> new LimitedBody(settings.limits().answerBytes()));
    answer.whenComplete(
        (response, thrown) -> {
          if (isNoHttp(thrown)) {
            replace(used);
          }
        });
    return answer;
  }

  /** A head that can't be read is a ProtocolException, or what the JDK's parser stumbled over. */
  private static boolean isNoHttp(@Nullable Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof ProtocolException
        || (cause instanceof RuntimeException && !(cause instanceof CancellationException));
  }

  private synchronized void replace(HttpClient used) {
    if (client == used && !closed) {
      client = newClient(settings);
      used.shutdown();
    }
  }

  /** Cuts what is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    client.shutdownNow();
  }
}
