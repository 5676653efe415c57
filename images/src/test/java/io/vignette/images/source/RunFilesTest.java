package io.vignette.images.source;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilesTest {
  @TempDir Path folder;
  private final RunFiles files = new RunFiles();

  @Test
  void readsARegisteredFileWhereItLies() throws Exception {
    Path file = Files.write(folder.resolve("a.png"), new byte[] {7, 8});

    String reference = files.register(file);

    assertThat(reference).isEqualTo("run:0");
    assertThat(files.read(reference, 2)).containsExactly(7, 8);
  }

  @Test
  void leavesFilesToTheirUser() throws Exception {
    Path file = Files.write(folder.resolve("a.png"), new byte[] {7});
    String reference = files.register(file);

    files.delete(reference);

    assertThat(files.deleteOlderThan(Instant.MAX)).isZero();
    assertThat(file).exists();
  }

  @Test
  void refusesALargeFileWithoutReadingIt() throws Exception {
    Path file = folder.resolve("large");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(70_000_000_000L);
    }
    String reference = files.register(file);

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> files.read(reference, 67_108_864))
        .hasMessage("image size: 70000000000 bytes (expected: at most 67108864)");
  }

  @Test
  void namesAMissingFile() {
    String reference = files.register(folder.resolve("missing.png"));

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> files.read(reference, 2))
        .hasMessageContaining("missing.png");
  }

  @Test
  void refusesAFolder() {
    String reference = files.register(folder);

    assertRejected(Reason.IMAGE_UNREADABLE, () -> files.read(reference, 2))
        .hasMessageContaining("a folder");
  }

  @Test
  void refusesADevice() {
    String reference = files.register(Path.of("/dev/zero"));

    assertRejected(Reason.IMAGE_UNREADABLE, () -> files.read(reference, 2))
        .hasMessageContaining("not a regular file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run:1", "run:", "run:-1", "run:+0", "run:0 ", "run:99999999999", "run:/etc", "x"})
  void readsNothingUnregistered(String reference) throws Exception {
    files.register(Files.write(folder.resolve("a.png"), new byte[] {7}));

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> files.read(reference, 2));
  }

  @Test
  void leavesFilesAlone() throws Exception {
    Path file = Files.write(folder.resolve("a.png"), new byte[] {7});

    files.delete(files.register(file));

    assertThat(file).exists();
    assertThatThrownBy(() -> files.put(InputStream.nullInputStream(), 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void numbersFilesOnceEachFromManyThreads() {
    Set<String> references = ConcurrentHashMap.newKeySet();

    IntStream.range(0, 100_000).parallel().forEach(i -> references.add(files.register(folder)));

    assertThat(references).hasSize(100_000).contains("run:0", "run:99999");
  }

  @Test
  void aRouteLeadsToTheStoreThatUnderstands() throws Exception {
    RoutingBlobStore stores =
        new RoutingBlobStore(List.of(new FileBlobStore(folder.resolve("blobs")), files));
    String run = files.register(Files.write(folder.resolve("a.png"), new byte[] {7}));
    String blob = stores.put(new ByteArrayInputStream(new byte[] {9}), 1).reference();

    assertThat(stores.read(run, 1)).containsExactly(7);
    assertThat(stores.read(blob, 1)).containsExactly(9);
    assertThat(stores.understands("s3:x")).isFalse();
    stores.delete(blob);
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> stores.read(blob, 1));
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> stores.read("s3:x", 1));
  }

  @Test
  void aRouteNeedsAStore() {
    assertThatThrownBy(() -> new RoutingBlobStore(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
