package io.vignette.worker.engine.triton;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where the Triton server is and what to expect of it. */
@ConfigMapping(prefix = "vignette.triton")
public interface TritonConfig {

  /** Host and port of its gRPC service. Reloadable: no. */
  @WithDefault("localhost:8001")
  String endpoint();

  /** Whether connections are encrypted. Reloadable: no. */
  @WithDefault("false")
  boolean tls();

  /** PEM file of authorities to trust; only with TLS. Default: the machine's. Reloadable: no. */
  Optional<Path> trustedCertificates();

  /**
   * Connections that batches take in turn. Too low: large batches wait for each other's bytes. Too
   * high: memory. Range: from 1. Reloadable: no.
   */
  @WithDefault("2")
  int connections();

  /** Time to establish a connection. Range: above 0. Reloadable: no. */
  @WithDefault("5s")
  Duration connectTimeout();

  /**
   * Largest answer taken. It must hold the image features of a batch. Range: bytes, from 1048576.
   * Reloadable: no.
   */
  @WithDefault("268435456")
  int answerBytesMax();

  /**
   * Longest time of one inference, the server's queue included. Too short: a busy server's answers
   * are thrown away. Too long: a server that hangs is noticed late. Range: above 0. Reloadable: no.
   */
  @WithDefault("30s")
  Duration inferenceTimeout();

  /**
   * Time without a successful inference after which a one-row inference is tried. Too short: load
   * on an idle server. Too long: a dead backend process is noticed late. Range: above 0.
   * Reloadable: no.
   */
  @WithDefault("5s")
  Duration probeEvery();

  /**
   * Longest time of that inference and of every question about the models. Too short: a server that
   * is busy with a batch is taken for dead. Range: above 0. Reloadable: no.
   */
  @WithDefault("10s")
  Duration probeTimeout();

  /** Time between attempts to reach a server that is not ready. Range: above 0. Reloadable: no. */
  @WithDefault("1s")
  Duration retryEvery();

  /**
   * Image features kept for further questions about the same pictures. Too low: pictures are
   * encoded again. Too high: memory. Range: bytes, from 0, which keeps none. Reloadable: no.
   */
  @WithDefault("67108864")
  long cachedFeatureBytesMax();

  /**
   * These values as settings.
   *
   * @throws IllegalArgumentException naming the value that can't be and what was expected
   */
  default TritonSettings settings() {
    return settings(Endpoint.parse(endpoint()));
  }

  /** These values as settings, but for another server. */
  default TritonSettings settings(Endpoint endpoint) {
    return new TritonSettings(
        new TritonSettings.Connection(
            endpoint,
            tls(),
            trustedCertificates(),
            connections(),
            connectTimeout(),
            answerBytesMax()),
        new TritonSettings.Timing(inferenceTimeout(), probeEvery(), probeTimeout(), retryEvery()),
        cachedFeatureBytesMax());
  }
}
