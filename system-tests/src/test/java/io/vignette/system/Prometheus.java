package io.vignette.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A Prometheus server, and what the dashboard asks it. */
final class Prometheus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  Prometheus(int port) {
    this.port = port;
  }

  /** All queries of the dashboard. */
  static List<String> dashboard() throws IOException {
    JsonNode dashboard =
        JSON.readTree(
            RepositoryFiles.root().resolve("docker/monitoring/grafana/vignette.json").toFile());
    return dashboard.findValuesAsText("expr");
  }

  /**
   * Whether the query has an answer, be it 0; not before the server has started. Throws where it is
   * none that the server takes.
   */
  boolean knows(String query) throws InterruptedException {
    try {
      return hasAnswer(query);
    } catch (IOException e) {
      return false; // It doesn't listen yet.
    }
  }

  private boolean hasAnswer(String query) throws IOException, InterruptedException {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    URI uri = URI.create("http://localhost:" + port + "/api/v1/query?query=" + encoded);
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() == 503) {
      return false;
    }
    if (response.statusCode() != 200) {
      throw new AssertionError(query + ": " + response.body());
    }
    return !JSON.readTree(response.body()).at("/data/result").isEmpty();
  }

  @Override
  public void close() {
    http.close();
  }
}
