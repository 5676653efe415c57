package io.vignette.standalone.composition;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir Path folder;

  @Test
  void aPrivateFolderIsDeletedEvenWhileSomebodyStillWritesIntoIt() throws Exception {
    DataFolder data = DataFolder.open(Optional.empty());
    Path busy = Files.createDirectories(data.path("kafka/log"));
    CountDownLatch writing = new CountDownLatch(1);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> writeForAWhile(busy, writing));
    writing.await();

    data.close();

    writer.join();
    assertThat(data.path("")).doesNotExist();
  }

  /** Makes and deletes files until the folder is gone, half a second at most. */
  private static void writeForAWhile(Path busy, CountDownLatch writing) {
    long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
    try {
      for (int i = 0; System.nanoTime() < end; i++) {
        Files.writeString(busy.resolve("segment-" + i), "records");
        Files.deleteIfExists(busy.resolve("segment-" + (i - 20)));
        if (i == 0) {
          writing.countDown();
        }
      }
    } catch (IOException e) {
      assertThat(busy).doesNotExist();
    }
  }

  @Test
  void whatAKilledProcessLeftIsDeleted() throws Exception {
    try (DataFolder data = DataFolder.open(Optional.of(folder))) {
      Path left = Files.createDirectories(data.path("scratch/vertx-1/deep"));
      Files.writeString(left.resolve("file"), "left");

      assertThat(data.emptied("scratch")).doesNotExist();
    }
  }

  @Test
  void aNamedFolderStays() throws Exception {
    DataFolder data = DataFolder.open(Optional.of(folder));
    Files.createDirectories(data.path("kafka"));

    data.close();

    assertThat(folder.resolve("kafka")).isDirectory();
  }

  @Test
  void whatAKilledProcessLeftIsDeletedByTheNextStart() throws Exception {
    Path leftover = leftover();
    Path old = leftover();
    Files.delete(old.resolve("in-use.lock"));
    age(leftover);
    age(old);

    DataFolder.open(Optional.empty()).close();

    assertThat(leftover).doesNotExist();
    assertThat(old).doesNotExist();
  }

  /** Its process has another number here where it is in a container of its own. */
  @Test
  void theFolderOfARunningProcessStays() throws Exception {
    Path inUse = leftover();
    age(inUse);
    try (FileChannel held = FileChannel.open(inUse.resolve("in-use.lock"), WRITE)) {
      held.lock();

      DataFolder.open(Optional.empty()).close();

      assertThat(inUse.resolve("k")).exists();
    }
  }

  @Test
  void aFolderThatWasMadeThisMomentStays() throws Exception {
    Path fresh = leftover();

    DataFolder.open(Optional.empty()).close();

    assertThat(fresh).exists();
  }

  @Test
  void aFolderOfThisProcessStaysAndStaysLocked() throws Exception {
    try (DataFolder mine = DataFolder.open(Optional.empty())) {
      age(mine.path(""));

      DataFolder.open(Optional.empty()).close();

      assertThat(mine.path("")).exists();
    }
  }

  private static void age(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minusSeconds(120)));
  }

  /** The folder of a process that does not exist. */
  private static Path leftover() throws Exception {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path left = Files.createDirectories(temp.resolve("vignette-run-" + ended.pid() + "-1"));
    Files.createDirectories(left.resolve("k"));
    Files.createFile(left.resolve("in-use.lock"));
    return left;
  }
}
