package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A caller of the gateway's REST API with a key. */
final class GatewayClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final String key;

  GatewayClient(int port, String key) {
    this.port = port;
    this.key = key;
  }

  /** The id of the job that the picture has become. */
  String submit(byte[] picture) throws IOException {
    HttpResponse<String> response =
        send(
            authorized("/v1/captions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Messages.request(picture)))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return JSON.readTree(response.body()).path("id").asText();
  }

  JsonNode status(String id) throws IOException {
    HttpResponse<String> response = send(authorized("/v1/captions/" + id).GET().build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  /** The status of an answer to a call without a key. */
  int statusWithoutKey(String path) throws IOException {
    return send(request(path).GET().build()).statusCode();
  }

  private HttpRequest.Builder authorized(String path) {
    return request(path).header("Authorization", "Bearer " + key);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
