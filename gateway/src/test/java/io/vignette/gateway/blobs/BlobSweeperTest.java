package io.vignette.gateway.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.gateway.submission.FixedConfig;
import io.vignette.gateway.topics.Retention;
import io.vignette.images.source.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobSweeperTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  /** Longer than any that the gateway would give its topics. */
  private static final Duration KEPT = Duration.ofDays(100);

  /** The longest deadline, what Kafka keeps, the margin. */
  private static final Duration RETENTION = Duration.ofHours(24 + 1).plus(KEPT);

  @TempDir private Path folder;

  @Test
  void blobsGoWhenNothingCanNeedThem() throws Exception {
    FileBlobStore store = new FileBlobStore(folder);
    Path needed = put(store, NOW.minus(RETENTION));
    Path useless = put(store, NOW.minus(RETENTION).minusSeconds(1));

    sweeper(store, () -> Optional.of(KEPT)).pass();

    assertThat(needed).exists();
    assertThat(useless).doesNotExist();
  }

  @Test
  void blobsStayWhereDeadJobsDo() throws Exception {
    FileBlobStore store = new FileBlobStore(folder);
    Path old = put(store, Instant.EPOCH);

    sweeper(store, Optional::empty).pass();

    assertThat(old).exists();
  }

  @Test
  void blobsStayWhileKafkaCannotBeAsked() throws Exception {
    FileBlobStore store = new FileBlobStore(folder);
    Path old = put(store, Instant.EPOCH);
    Retention unknown =
        () -> {
          throw new ExecutionException(new TimeoutException("no answer"));
        };

    sweeper(store, unknown).pass();

    assertThat(old).exists();
  }

  private static BlobSweeper sweeper(FileBlobStore store, Retention retention) {
    return new BlobSweeper(
        store,
        () -> Duration.ofHours(1),
        new FixedConfig(),
        retention,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private Path put(FileBlobStore store, Instant at) throws Exception {
    List<Path> before = files();
    store.put(new ByteArrayInputStream(new byte[] {1}), 1);
    Path file = files().stream().filter(each -> !before.contains(each)).findFirst().orElseThrow();
    Files.setLastModifiedTime(file, FileTime.from(at));
    return file;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
