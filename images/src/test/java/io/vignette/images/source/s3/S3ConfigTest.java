package io.vignette.images.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;

class S3ConfigTest {

  @Test
  void hasDefaults() {
    S3Config config = config(Map.of());

    assertThat(config.settings())
        .isEqualTo(
            new S3Settings(
                Optional.empty(),
                "us-east-1",
                false,
                Optional.empty(),
                S3Settings.Limits.defaults()));
    assertThat(config.keyPrefix()).contains("vignette/blobs/");
    assertThat(config.readableBuckets()).isEmpty();
    assertThatThrownBy(config::uploads)
        .hasMessage("vignette.s3.bucket: none (expected: the bucket that uploads go to)");
  }

  @Test
  void takesEveryKey() {
    S3Config config =
        config(
            Map.ofEntries(
                Map.entry("vignette.s3.endpoint", "http://minio:9000"),
                Map.entry("vignette.s3.region", "eu-central-1"),
                Map.entry("vignette.s3.path-style", "true"),
                Map.entry("vignette.s3.credentials-file", "/run/secrets/s3"),
                Map.entry("vignette.s3.bucket", "uploads"),
                Map.entry("vignette.s3.key-prefix", "a/"),
                Map.entry("vignette.s3.readable-buckets", "photos,scans"),
                Map.entry("vignette.s3.connect-timeout", "1s"),
                Map.entry("vignette.s3.read-timeout", "2s"),
                Map.entry("vignette.s3.call-timeout", "3s"),
                Map.entry("vignette.s3.connections-max", "4"),
                Map.entry("vignette.s3.retries-max", "5")));

    assertThat(config.settings())
        .isEqualTo(
            new S3Settings(
                Optional.of(URI.create("http://minio:9000")),
                "eu-central-1",
                true,
                Optional.of(Path.of("/run/secrets/s3")),
                new S3Settings.Limits(
                    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 4, 5)));
    assertThat(config.uploads()).isEqualTo(new S3Folder("uploads", "a/"));
    assertThat(config.readableBuckets()).contains(Set.of("photos", "scans"));
  }

  @Test
  void anEmptyPrefixIsTheWholeBucket() {
    Map<String, String> values =
        Map.of("vignette.s3.bucket", "uploads", "vignette.s3.key-prefix", "");

    assertThat(config(values).uploads().prefix()).isEmpty();
  }

  private static S3Config config(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(S3Config.class)
        .withConverter(Duration.class, 200, (Converter<Duration>) S3ConfigTest::duration)
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .build()
        .getConfigMapping(S3Config.class);
  }

  /** As Quarkus reads "5s". */
  private static Duration duration(String value) {
    return Duration.parse("PT" + value);
  }
}
