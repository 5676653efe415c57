package io.vignette.images.source;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.EncodedImage;
import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBlobStoreTest {
  private static final byte[] BYTES = {1, 2, 3, 4};

  @TempDir Path parent;
  private Path folder;
  private FileBlobStore store;

  @BeforeEach
  void folderThatDoesNotExistYet() {
    folder = parent.resolve("blobs");
    store = new FileBlobStore(folder);
  }

  @Test
  void givesBackWhatWasPut() throws Exception {
    BlobReference reference = store.put(new ByteArrayInputStream(BYTES), 4);

    assertThat(store.read(reference.reference(), 4)).isEqualTo(BYTES);
    assertThat(reference.reference()).matches("blob:[0-9a-f-]{36}");
    assertThat(reference.sizeBytes()).isEqualTo(4);
    assertThat(reference.sha256()).isEqualTo(new EncodedImage(BYTES).sha256());
    assertThat(store.understands(reference.reference())).isTrue();
  }

  @Test
  void forgetsWhatWasDeleted() throws Exception {
    String reference = store.put(new ByteArrayInputStream(BYTES), 4).reference();

    store.delete(reference);
    store.delete(reference);

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.read(reference, 4));
  }

  @Test
  void forgetsWhatIsOlder() throws Exception {
    Instant now = Instant.now();
    String old = store.put(new ByteArrayInputStream(BYTES), 4).reference();
    String young = store.put(new ByteArrayInputStream(BYTES), 4).reference();
    Path part = Files.createFile(folder.resolve(UUID.randomUUID() + ".part"));
    setAge(folder.resolve(old.substring("blob:".length())), now.minusSeconds(61));
    setAge(folder.resolve(young.substring("blob:".length())), now.minusSeconds(59));
    setAge(part, now.minusSeconds(61));

    assertThat(store.deleteOlderThan(now.minusSeconds(60))).isEqualTo(2);

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.read(old, 4));
    assertThat(store.read(young, 4)).isEqualTo(BYTES);
    assertThat(part).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "left-by-somebody.part",
        "00000000-0000-4000-8000-000000000000.bak",
        "00000000-0000-4000-8000-00000000000A",
        "0-0-0-0-00000000000000000000000000000"
      })
  void leavesFilesOfOthersAlone(String name) throws Exception {
    Path file = Files.createFile(Files.createDirectories(folder).resolve(name));
    setAge(file, Instant.EPOCH);

    assertThat(store.deleteOlderThan(Instant.now())).isZero();

    assertThat(file).exists();
  }

  @Test
  void forgetsTheOthersWhereOneCannotBeDeletedAndSaysSo() throws Exception {
    for (int i = 0; i < 9; i++) {
      store.put(new ByteArrayInputStream(BYTES), 4);
    }
    Path undeletable = folder.resolve("00000000-0000-4000-8000-000000000000");
    Files.createFile(Files.createDirectories(undeletable).resolve("inside"));
    Instant later = Instant.now().plusSeconds(60);

    assertRejected(Reason.INTERNAL, () -> store.deleteOlderThan(later))
        .hasMessageContaining("could not delete 1 blobs before " + later)
        .hasMessageContaining(undeletable + ", DirectoryNotEmptyException");

    assertThat(filesKept()).isEqualTo(1);
  }

  @Test
  void hasNothingToForgetBeforeTheFirstBlob() throws Exception {
    assertThat(store.deleteOlderThan(Instant.MAX)).isZero();
  }

  @Test
  void keepsNothingOfWhatIsTooLarge() throws Exception {
    assertRejected(
            Reason.IMAGE_TOO_LARGE, () -> store.put(new ByteArrayInputStream(new byte[5]), 4))
        .hasMessage("image size: more than 4 bytes (expected: at most 4)");
    assertThat(filesKept()).isZero();
  }

  @Test
  void keepsNothingOfWhatBreaksOff() throws Exception {
    assertRejected(Reason.IMAGE_UNREADABLE, () -> store.put(new BreakingStream(), 4));
    assertThat(filesKept()).isZero();
  }

  @Test
  void refusesTheEmptyImage() throws Exception {
    assertRejected(Reason.IMAGE_EMPTY, () -> store.put(InputStream.nullInputStream(), 4));
    assertThat(filesKept()).isZero();
  }

  @Test
  void refusesToReadMoreThanAllowed() throws Exception {
    String reference = store.put(new ByteArrayInputStream(BYTES), 4).reference();

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> store.read(reference, 3));
  }

  @Test
  void saysSoWhenTheFolderCannotBeWritten() throws Exception {
    Files.createFile(folder);

    assertRejected(Reason.STORE_UNAVAILABLE, () -> store.put(new ByteArrayInputStream(BYTES), 4))
        .hasMessageEndingWith("(expected: a folder to read and write, with free space)");
  }

  @Test
  void aFolderThatIsAwayHasNotLostItsBlobs() throws Exception {
    String reference = store.put(new ByteArrayInputStream(BYTES), 4).reference();
    Path elsewhere = Files.move(folder, folder.resolveSibling("elsewhere"));

    assertRejected(Reason.STORE_UNAVAILABLE, () -> store.read(reference, 4))
        .hasMessageStartingWith("blob store: could not read " + reference);

    assertRejected(Reason.STORE_UNAVAILABLE, () -> store.put(new ByteArrayInputStream(BYTES), 4));

    Files.move(elsewhere, folder);
    assertThat(store.read(reference, 4)).isEqualTo(BYTES);
  }

  @Test
  void aBlobThatIsThereAndNotToBeReadIsTheStoresFault() throws Exception {
    String reference = store.put(new ByteArrayInputStream(BYTES), 4).reference();
    Path file = folder.resolve(reference.substring("blob:".length()));
    Files.delete(file);
    Files.createDirectory(file);

    assertRejected(Reason.STORE_UNAVAILABLE, () -> store.read(reference, 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "blob:",
        "blob:../../etc/passwd",
        "blob:/etc/passwd",
        "blob:1-2-3-4-5",
        "blob:..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc",
        "blob:00000000-0000-0000-0000-00000000000/",
        "blob:../secret-0000-0000-0000-000000000000",
        "run:0",
        "file:/etc/passwd"
      })
  void leadsNowhereElse(String reference) throws Exception {
    Files.createDirectories(folder);
    Files.write(parent.resolve("secret-0000-0000-0000-000000000000"), BYTES);

    assertThat(store.understands(reference)).isFalse();
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.read(reference, 100));
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.delete(reference));
  }

  private static void setAge(Path file, Instant modified) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private long filesKept() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private static final class BreakingStream extends InputStream {
    private boolean started;

    @Override
    public int read() throws IOException {
      if (started) {
        throw new IOException("connection reset");
      }
      started = true;
      return 1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      target[offset] = (byte) read();
      return 1;
    }
  }
}
