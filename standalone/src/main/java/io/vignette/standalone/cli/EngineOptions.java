package io.vignette.standalone.cli;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.standalone.composition.EngineChoice;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.openai.ApiKey;
import io.vignette.worker.engine.openai.OpenAiSettings;
import io.vignette.worker.engine.triton.Endpoint;
import io.vignette.worker.engine.triton.TritonConfig;
import io.vignette.worker.engine.triton.TritonSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which engine captions, and where it is. */
final class EngineOptions {

  /** Vignette's own: a key must not go to another server than the one it was meant for. */
  private static final String KEY_VARIABLE = "VIGNETTE_API_KEY";

  /** What the broker's longest lease, an hour, leaves for an answer. */
  private static final int TIMEOUT_SECONDS_MAX = 2400;

  /** What runs the model. */
  enum Kind {
    ONNX,
    TRITON,
    OPENAI
  }

  @Option(
      names = "--engine",
      paramLabel = "KIND",
      description =
          "onnx: in this process (the default). triton: a Triton server that serves the model."
              + " openai: a server that speaks OpenAI's interface: vLLM, SGLang, Ollama, ...")
  private Kind kind = Kind.ONNX;

  @Option(
      names = "--endpoint",
      paramLabel = "ADDRESS",
      description =
          "triton: host and gRPC port (default: VIGNETTE_TRITON_ENDPOINT or localhost:8001). openai: the interface's address,"
              + " for example http://localhost:8000/v1.")
  private @Nullable String endpoint;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "openai: a file with the API key (default: the variable VIGNETTE_API_KEY, if it is set).")
  private @Nullable Path apiKeyFile;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "openai: requests at the server at once (default: 8).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "openai: longest time of one answer (default: 300). A server without a GPU may need more,"
              + " and --concurrency 1.")
  private @Nullable Integer timeoutSeconds;

  /** Whether the model is a server's own, and none of the repository's. */
  boolean takesWords() {
    return kind == Kind.OPENAI;
  }

  /**
   * @param model the one named, which a server of words must be told
   */
  EngineChoice choose(Optional<String> model) throws UsageException {
    if (kind == Kind.ONNX) {
      requireNone("--endpoint", endpoint, "triton or openai");
    }
    if (kind != Kind.OPENAI) {
      requireNone("--api-key-file", apiKeyFile, "openai");
      requireNone("--concurrency", concurrency, "openai");
      requireNone("--timeout", timeoutSeconds, "openai");
    }
    return switch (kind) {
      case ONNX -> new EngineChoice.InProcess();
      case TRITON -> new EngineChoice.Triton(tritonSettings());
      case OPENAI -> new EngineChoice.OpenAi(openAiSettings(model));
    };
  }

  private static void requireNone(String option, @Nullable Object value, String engines)
      throws UsageException {
    if (value != null) {
      throw new UsageException(
          Reason.REQUEST_INVALID,
          option + ": " + value + " (expected: together with --engine " + engines + ")");
    }
  }

  private OpenAiSettings openAiSettings(Optional<String> model) throws UsageException {
    if (endpoint == null) {
      throw new UsageException(
          Reason.REQUEST_INVALID, "--endpoint: none (expected: the address of the server)");
    }
    if (model.isEmpty()) {
      throw new UsageException(
          Reason.REQUEST_INVALID, "--model: none (expected: a model as the server names it)");
    }
    try {
      OpenAiSettings settings =
          OpenAiSettings.of(OpenAiSettings.endpoint(endpoint), model.get(), apiKey());
      if (concurrency != null) {
        settings = settings.withRequestsMax(concurrency);
      }
      return timeoutSeconds == null
          ? settings
          : settings.withRequestTimeout(timeout(timeoutSeconds));
    } catch (IllegalArgumentException e) {
      throw new UsageException(Reason.REQUEST_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static Duration timeout(int seconds) throws UsageException {
    if (seconds < 1 || seconds > TIMEOUT_SECONDS_MAX) {
      throw new UsageException(
          Reason.REQUEST_INVALID,
          "--timeout: %d (expected: 1 to %d seconds)".formatted(seconds, TIMEOUT_SECONDS_MAX));
    }
    return Duration.ofSeconds(seconds);
  }

  private Optional<ApiKey> apiKey() throws UsageException {
    if (apiKeyFile == null) {
      return Optional.ofNullable(System.getenv(KEY_VARIABLE))
          .filter(key -> !key.isBlank())
          .map(key -> ApiKey.of(key, KEY_VARIABLE));
    }
    try {
      return Optional.of(ApiKey.read(apiKeyFile));
    } catch (IOException e) {
      throw new UsageException(
          Reason.REQUEST_INVALID,
          "--api-key-file: " + apiKeyFile + " can't be read (expected: a file with the key)");
    }
  }

  /** What the variables and properties say, but for the address, if one is given. */
  private TritonSettings tritonSettings() throws UsageException {
    try {
      TritonConfig config =
          new SmallRyeConfigBuilder()
              .addDefaultSources()
              .addDiscoveredConverters()
              .withMapping(TritonConfig.class)
              .build()
              .getConfigMapping(TritonConfig.class);
      return endpoint == null ? config.settings() : config.settings(tritonEndpoint(endpoint));
    } catch (IllegalArgumentException | NoSuchElementException | ConfigValidationException e) {
      throw new UsageException(Reason.REQUEST_INVALID, "vignette.triton: " + e.getMessage());
    }
  }

  private static Endpoint tritonEndpoint(String text) throws UsageException {
    try {
      return Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Reason.REQUEST_INVALID, "--" + e.getMessage());
    }
  }
}
