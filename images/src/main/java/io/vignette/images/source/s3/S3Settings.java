package io.vignette.images.source.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which S3, and how long to wait for it.
 *
 * @param endpoint of a server other than AWS, http or https; empty: AWS's of the region
 * @param region of the buckets; other servers mostly take any
 * @param pathStyle whether buckets stand in the path of addresses (most servers other than AWS)
 *     instead of in the name of the host
 * @param credentialsFile in the form of {@code ~/.aws/credentials}, profile {@code default}, read
 *     again when it changes; empty: the SDK's default chain (environment, web identity, container,
 *     machine)
 */
public record S3Settings(
    Optional<URI> endpoint,
    String region,
    boolean pathStyle,
    Optional<Path> credentialsFile,
    Limits limits) {

  public S3Settings {
    endpoint.ifPresent(S3Settings::requireAddress);
    if (!region.matches("[A-Za-z0-9-]{1,63}")) {
      throw new IllegalArgumentException(
          "s3 region: " + region + " (expected: letters, digits and hyphens, such as us-east-1)");
    }
  }

  private static void requireAddress(URI endpoint) {
    String scheme = endpoint.getScheme();
    boolean web = "http".equals(scheme) || "https".equals(scheme);
    boolean plain = endpoint.getRawUserInfo() == null && endpoint.getRawQuery() == null;
    if (!web || endpoint.getHost() == null || !plain) {
      throw new IllegalArgumentException(
          "s3 endpoint: "
              + scheme
              + "://"
              + endpoint.getHost()
              + " (expected: http://HOST:PORT or https://HOST:PORT, no user, no query)");
    }
  }

  /**
   * What a call may cost.
   *
   * @param connectTimeout until a connection stands
   * @param readTimeout between two pieces of an answer
   * @param callTimeout for a call with its repetitions; a large upload is several calls
   * @param connectionsMax open at once, from 1; calls beyond wait
   * @param retriesMax repetitions after an answer that may be another one later, 0 to 10
   */
  public record Limits(
      Duration connectTimeout,
      Duration readTimeout,
      Duration callTimeout,
      int connectionsMax,
      int retriesMax) {

    public Limits {
      requirePositive("s3 connect-timeout", connectTimeout);
      requirePositive("s3 read-timeout", readTimeout);
      requirePositive("s3 call-timeout", callTimeout);
      requireBetween("s3 connections-max", connectionsMax, 1, 10_000);
      requireBetween("s3 retries-max", retriesMax, 0, 10);
    }

    /** 5 s to connect, 10 s without a byte, 20 s for a call, 64 connections, 2 repetitions. */
    public static Limits defaults() {
      return new Limits(
          Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), 64, 2);
    }

    private static void requirePositive(String name, Duration value) {
      if (value.isNegative() || value.toMillis() == 0) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1 ms)");
      }
    }

    private static void requireBetween(String name, int value, int least, int most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "%s: %d (expected: between %d and %d)".formatted(name, value, least, most));
      }
    }
  }
}
