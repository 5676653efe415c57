package io.vignette.worker.engine.openai;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Which server, which model, and how hard it may be pressed.
 *
 * @param endpoint base address of the interface, with its version, without a slash at its end: as
 *     {@link #endpoint(String)} makes it
 * @param model as the server names it
 * @param apiKey sent with every request
 * @param requestsMax requests at the server at once, from 1. Too low: a server that batches idles.
 *     Too high: a hosted one answers 429.
 * @param timeouts how long the server may be silent
 * @param limits what is sent and read at most
 */
public record OpenAiSettings(
    URI endpoint,
    String model,
    Optional<ApiKey> apiKey,
    int requestsMax,
    Timeouts timeouts,
    Limits limits) {
  /** Requests at once where nobody says otherwise. */
  public static final int REQUESTS_MAX = 8;

  /**
   * How long the server may be silent.
   *
   * @param connect until a connection stands; default 5 s
   * @param request until an answer is complete; default 5 min. Deadlines of jobs are usually
   *     nearer.
   * @param start how long the server may be away when the engine starts; default 30 s. Too short:
   *     the worker gives up before the server has loaded its model. Too long: a mistyped address is
   *     told late.
   */
  public record Timeouts(Duration connect, Duration request, Duration start) {
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(30));

    public Timeouts {
      requirePositive("connect", connect);
      requirePositive("request", request);
      requirePositive("start", start);
    }
  }

  /**
   * What is sent and read at most.
   *
   * @param imageBytes of one picture's file; default 20 MiB, what hosted servers take
   * @param answerBytes of one answer; default 1 MiB
   */
  public record Limits(int imageBytes, int answerBytes) {
    public static final Limits DEFAULT = new Limits(20 << 20, 1 << 20);

    public Limits {
      requirePositive("imageBytes", imageBytes);
      requirePositive("answerBytes", answerBytes);
    }
  }

  public OpenAiSettings {
    if (model.isBlank()) {
      throw new IllegalArgumentException(
          "model: '%s' (expected: a name the server knows)".formatted(model));
    }
    requirePositive("requestsMax", requestsMax);
  }

  /** The defaults for a server and a model. */
  public static OpenAiSettings of(URI endpoint, String model, Optional<ApiKey> apiKey) {
    return new OpenAiSettings(
        endpoint, model, apiKey, REQUESTS_MAX, Timeouts.DEFAULT, Limits.DEFAULT);
  }

  /** The same with another number of requests at once. */
  public OpenAiSettings withRequestsMax(int requests) {
    return new OpenAiSettings(endpoint, model, apiKey, requests, timeouts, limits);
  }

  /** The same with another time for an answer. */
  public OpenAiSettings withRequestTimeout(Duration request) {
    return new OpenAiSettings(
        endpoint,
        model,
        apiKey,
        requestsMax,
        new Timeouts(timeouts.connect(), request, timeouts.start()),
        limits);
  }

  /**
   * An endpoint as people write it: an address without a path means version 1, and a slash at its
   * end means nothing.
   *
   * @throws IllegalArgumentException if it is no base address of the interface
   */
  public static URI endpoint(String text) {
    try {
      URI address = new URI(text.strip());
      String scheme = address.getScheme();
      boolean isWeb = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      boolean isBase = address.getRawQuery() == null && address.getRawFragment() == null;
      if (isWeb && isBase && address.getHost() != null && address.getUserInfo() == null) {
        return withVersion(address);
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(noEndpoint(), e);
    }
    throw new IllegalArgumentException(noEndpoint());
  }

  private static URI withVersion(URI address) {
    String path = address.getRawPath().replaceAll("/+$", "");
    return address.resolve(path.isEmpty() ? "/v1" : path);
  }

  /** Does not repeat the address: people put keys into it. */
  private static String noEndpoint() {
    return "endpoint: no base address (expected: http://HOST:PORT/v1 or https://HOST/v1, without"
        + " user, query or fragment)";
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "%s: %s (expected: more than zero)".formatted(name, value));
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: at least 1)".formatted(name, value));
    }
  }
}
