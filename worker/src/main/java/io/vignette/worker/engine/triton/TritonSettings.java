package io.vignette.worker.engine.triton;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach a Triton server and what to expect of it.
 *
 * @param cachedFeatureBytesMax bytes of image features kept for further questions about the same
 *     pictures; 0 keeps none. Too low: pictures are encoded again. Too high: memory.
 */
public record TritonSettings(Connection connection, Timing timing, long cachedFeatureBytesMax) {

  /** 64 MiB of image features: about 200 pictures of a model with 32 × 2560 numbers each. */
  public static final long CACHED_FEATURE_BYTES_MAX = 64L << 20;

  public TritonSettings {
    if (cachedFeatureBytesMax < 0) {
      throw new IllegalArgumentException(
          "cachedFeatureBytesMax: %d (expected: 0 or more)".formatted(cachedFeatureBytesMax));
    }
  }

  /** Everything but the address as is good for a server beside the worker. */
  public static TritonSettings of(Endpoint endpoint) {
    return new TritonSettings(
        Connection.plaintext(endpoint), Timing.DEFAULT, CACHED_FEATURE_BYTES_MAX);
  }

  /**
   * The way to the server.
   *
   * @param tls whether the connection is encrypted
   * @param trustedCertificates PEM file of authorities to trust instead of the machine's; only with
   *     TLS
   * @param connections connections that batches take in turn, from 1. One suffers from HTTP/2 flow
   *     control when batches are large; as many as batches in flight is plenty.
   * @param connectTimeout time to establish a connection
   * @param answerBytesMax largest answer taken; it must hold the image features of a batch
   */
  public record Connection(
      Endpoint endpoint,
      boolean tls,
      Optional<Path> trustedCertificates,
      int connections,
      Duration connectTimeout,
      int answerBytesMax) {

    private static final int ANSWER_BYTES_MIN = 1 << 20;

    public Connection {
      requirePositive("connectTimeout", connectTimeout);
      if (connections < 1) {
        throw new IllegalArgumentException(
            "connections: %d (expected: at least 1)".formatted(connections));
      }
      if (answerBytesMax < ANSWER_BYTES_MIN) {
        throw new IllegalArgumentException(
            "answerBytesMax: %d (expected: at least %d)"
                .formatted(answerBytesMax, ANSWER_BYTES_MIN));
      }
      if (trustedCertificates.isPresent() && !tls) {
        throw new IllegalArgumentException(
            "trustedCertificates: %s (expected: none without TLS)"
                .formatted(trustedCertificates.get()));
      }
    }

    /** Two unencrypted connections, 5 s to connect, answers of at most 256 MiB. */
    public static Connection plaintext(Endpoint endpoint) {
      return new Connection(endpoint, false, Optional.empty(), 2, Duration.ofSeconds(5), 256 << 20);
    }
  }

  /**
   * What may take how long.
   *
   * @param inferenceTimeout longest time of one inference, the server's queue included. Too short:
   *     a busy server's answers are thrown away. Too long: a server that hangs is noticed late.
   * @param probeEvery time without a successful inference after which a one-row inference is tried.
   *     A dead backend process is noticed after that time at the latest.
   * @param probeTimeout longest time of that inference and of every question about the models; must
   *     exceed the time that the server is busy with one batch
   * @param retryEvery time between attempts to reach a server that is not ready
   */
  public record Timing(
      Duration inferenceTimeout, Duration probeEvery, Duration probeTimeout, Duration retryEvery) {

    /** 30 s an inference, a probe after 5 s within 10 s, 1 s between attempts. */
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1));

    public Timing {
      requirePositive("inferenceTimeout", inferenceTimeout);
      requirePositive("probeEvery", probeEvery);
      requirePositive("probeTimeout", probeTimeout);
      requirePositive("retryEvery", retryEvery);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "%s: %s (expected: more than zero)".formatted(name, value));
    }
  }
}
