package io.vignette.images.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3SettingsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://minio:9000",
        "minio:9000",
        "http:///x",
        "http://me:pw@minio",
        "http://a?b=c"
      })
  void wantsAnAddress(String endpoint) {
    assertThatThrownBy(() -> settings(endpoint, "us-east-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("s3 endpoint: ")
        .hasMessageEndingWith(
            " (expected: http://HOST:PORT or https://HOST:PORT, no user, no query)")
        .hasMessageNotContaining("pw");
  }

  @Test
  void wantsARegion() {
    assertThatThrownBy(() -> settings("http://minio:9000", ""))
        .hasMessageStartingWith("s3 region:  (expected: ");
    assertThat(settings("https://minio:9000", "eu-central-1").region()).isEqualTo("eu-central-1");
  }

  private static S3Settings settings(String endpoint, String region) {
    return new S3Settings(
        Optional.of(URI.create(endpoint)),
        region,
        true,
        Optional.empty(),
        S3Settings.Limits.defaults());
  }

  @Test
  void wantsLimitsThatCanBe() {
    assertThatThrownBy(() -> new S3Settings.Limits(Duration.ZERO, SECOND, SECOND, 1, 0))
        .hasMessage("s3 connect-timeout: PT0S (expected: at least 1 ms)");
    assertThatThrownBy(() -> new S3Settings.Limits(SECOND, SECOND.negated(), SECOND, 1, 0))
        .hasMessage("s3 read-timeout: PT-1S (expected: at least 1 ms)");
    assertThatThrownBy(() -> new S3Settings.Limits(SECOND, SECOND, Duration.ofNanos(1), 1, 0))
        .hasMessage("s3 call-timeout: PT0.000000001S (expected: at least 1 ms)");
    assertThatThrownBy(() -> new S3Settings.Limits(SECOND, SECOND, SECOND, 0, 0))
        .hasMessage("s3 connections-max: 0 (expected: between 1 and 10000)");
    assertThatThrownBy(() -> new S3Settings.Limits(SECOND, SECOND, SECOND, 1, 11))
        .hasMessage("s3 retries-max: 11 (expected: between 0 and 10)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"blobs", "/", "/blobs/", "a//b/", "a b/", "ä/", "../"})
  void wantsAPrefixThatIsAFolder(String prefix) {
    assertThatThrownBy(() -> new S3Folder("uploads", prefix))
        .hasMessageStartingWith("s3 key-prefix: " + prefix + " (expected: empty, or names");
  }

  @Test
  void wantsABucket() {
    assertThat(new S3Folder("uploads", "").prefix()).isEmpty();
    assertThat(new S3Folder("uploads", "a/b-c/").prefix()).isEqualTo("a/b-c/");
    assertThatThrownBy(() -> new S3Folder("a/b", ""))
        .hasMessage("s3 bucket: a/b (expected: a bucket's name)");
  }
}
