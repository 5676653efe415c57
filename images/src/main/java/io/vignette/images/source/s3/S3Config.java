package io.vignette.images.source.s3;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Where S3 is, what may be read there, and where uploads go: the same for gateways and workers. */
@ConfigMapping(prefix = "vignette.s3")
public interface S3Config {

  /**
   * Address of a server other than AWS, such as {@code http://minio:9000}. Default: AWS, by the
   * region. Reloadable: no.
   */
  Optional<URI> endpoint();

  /** Of the buckets; other servers mostly take any. Reloadable: no. */
  @WithDefault("us-east-1")
  String region();

  /**
   * Whether buckets stand in the path of addresses: not with AWS, but with MinIO and most others.
   * Reloadable: no.
   */
  @WithDefault("false")
  boolean pathStyle();

  /**
   * A file like {@code ~/.aws/credentials} with the profile {@code default}. Default: the SDK's
   * chain ({@code AWS_ACCESS_KEY_ID} and {@code AWS_SECRET_ACCESS_KEY}, container, machine).
   * Reloadable: yes, its content.
   */
  Optional<Path> credentialsFile();

  /**
   * The bucket that uploads go to. Default: none; needed where blobs are kept in S3. Reloadable:
   * no.
   */
  Optional<String> bucket();

  /** What the names of uploads begin with: empty, or ending with a slash. Reloadable: no. */
  @WithDefault("vignette/blobs/")
  Optional<String> keyPrefix();

  /**
   * Buckets whose objects events may name; nothing is ever written there. Default: none.
   * Reloadable: no.
   */
  Optional<Set<String>> readableBuckets();

  /** Until a connection stands. Range: from 1 ms. Reloadable: no. */
  @WithDefault("5s")
  Duration connectTimeout();

  /**
   * Between two pieces of an answer. Too short: a busy server is given up. Range: from 1 ms.
   * Reloadable: no.
   */
  @WithDefault("10s")
  Duration readTimeout();

  /**
   * For a call with its repetitions; a large upload is several calls. Too short: large pictures
   * fail on slow networks. Too long: attempts run out of their time. Range: from 1 ms. Reloadable:
   * no.
   */
  @WithDefault("20s")
  Duration callTimeout();

  /**
   * Connections at once. Too low: pictures wait for each other. Too high: the server's limits.
   * Range: 1 to 10000. Reloadable: no.
   */
  @WithDefault("64")
  int connectionsMax();

  /**
   * Repetitions of a call after an answer that may be another one later. Range: 0 to 10.
   * Reloadable: no.
   */
  @WithDefault("2")
  int retriesMax();

  /**
   * These values as settings.
   *
   * @throws IllegalArgumentException naming the value that can't be and what was expected
   */
  default S3Settings settings() {
    return new S3Settings(
        endpoint(),
        region(),
        pathStyle(),
        credentialsFile(),
        new S3Settings.Limits(
            connectTimeout(), readTimeout(), callTimeout(), connectionsMax(), retriesMax()));
  }

  /**
   * Where uploads go.
   *
   * @throws IllegalArgumentException if no bucket is named, or one that can't be
   */
  default S3Folder uploads() {
    String bucket =
        bucket()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "vignette.s3.bucket: none (expected: the bucket that uploads go to)"));
    return new S3Folder(bucket, keyPrefix().orElse(""));
  }
}
