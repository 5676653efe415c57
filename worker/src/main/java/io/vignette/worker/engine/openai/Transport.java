package io.vignette.worker.engine.openai;

import io.vignette.wire.TraceContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/**
 * Requests to one server over HTTP.
 *
 * <p>Thread-safe; never blocks. Cancelling what it returns ends the request. Speaks HTTP/1.1: what
 * every such server does, and none gains by more. Follows no redirection: the key is for the
 * endpoint alone.
 */
final class Transport implements AutoCloseable {
  private final OpenAiSettings settings;
  private final HttpClient client;

  Transport(OpenAiSettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
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
    return client.sendAsync(request, response -> new LimitedBody(settings.limits().answerBytes()));
  }

  /** Cuts what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
