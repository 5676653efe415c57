package io.vignette.worker.engine.openai;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Which server of OpenAI's kind, and how hard it may be pressed. */
@ConfigMapping(prefix = "vignette.openai")
public interface OpenAiConfig {

  /** Base address of the interface. Reloadable: no. */
  @WithDefault("http://localhost:8000/v1")
  String endpoint();

  /**
   * A file with the API key. Default: none; then {@code vignette.openai.api-key}. Reloadable: no.
   */
  Optional<Path> apiKeyFile();

  /**
   * The API key itself, which belongs into a variable rather than a file of properties. Default:
   * none is sent. Reloadable: no.
   */
  Optional<String> apiKey();

  /**
   * Requests at the server at once. Too low: a server that batches idles. Too high: a hosted one
   * answers 429. Range: from 1. Reloadable: no.
   */
  @WithDefault("8")
  int requestsMax();

  /** Until a connection stands. Range: above 0. Reloadable: no. */
  @WithDefault("5s")
  Duration connectTimeout();

  /**
   * Until an answer is complete; deadlines of jobs are usually nearer. Range: above 0. Reloadable:
   * no.
   */
  @WithDefault("5m")
  Duration requestTimeout();

  /**
   * How long the server may be away when the worker starts. Too short: the worker gives up before
   * the server has loaded its model. Too long: a mistyped address is told late. Range: above 0.
   * Reloadable: no.
   */
  @WithDefault("30s")
  Duration startTimeout();

  /**
   * These values as settings.
   *
   * @param model as the server names it
   * @throws IllegalArgumentException naming the value that can't be and what was expected
   * @throws UncheckedIOException if the key's file can't be read
   */
  default OpenAiSettings settings(String model) {
    return new OpenAiSettings(
        OpenAiSettings.endpoint(endpoint()),
        model,
        apiKeyFile()
            .map(OpenAiConfig::read)
            .or(() -> apiKey().map(key -> ApiKey.of(key, "vignette.openai.api-key"))),
        requestsMax(),
        new OpenAiSettings.Timeouts(connectTimeout(), requestTimeout(), startTimeout()),
        OpenAiSettings.Limits.DEFAULT);
  }

  private static ApiKey read(Path file) {
    try {
      return ApiKey.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("vignette.openai.api-key-file: " + file + " can't be read", e);
    }
  }
}
