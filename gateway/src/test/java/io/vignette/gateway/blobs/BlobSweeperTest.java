package io.vignette.gateway.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.gateway.submission.FixedConfig;
import io.vignette.gateway.topics.FixedTopics;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobSweeperTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  /** The longest deadline, a dead job's retention, the margin. */
  private static final Duration RETENTION = Duration.ofHours(24 + 30 * 24 + 1);

  @TempDir private Path folder;

  @Test
  void blobsGoWhenNothingCanNeedThem() throws Exception {
    FileBlobStore store = new FileBlobStore(folder);
    Path needed = put(store, NOW.minus(RETENTION));
    Path useless = put(store, NOW.minus(RETENTION).minusSeconds(1));
    BlobSweeper sweeper =
        new BlobSweeper(
            store,
            () -> Duration.ofHours(1),
            new FixedConfig(),
            new FixedTopics(),
            Clock.fixed(NOW, ZoneOffset.UTC));

    sweeper.pass();

    assertThat(needed).exists();
    assertThat(useless).doesNotExist();
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
