package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.gateway.status.CheckpointFile.Checkpoint;
import io.vignette.gateway.status.CheckpointFile.Origin;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  private static final Origin ORIGIN = new Origin(new Uuid(1, 2), 3, 1_000_000, 1000);
  private static final long[] OFFSETS = {7, 0, Long.MAX_VALUE};

  /** In hex. */
  private static final String LAYOUT =
      """
      56474a5400000001000000000000000100000000000000020000000300000000000f4240000003e8
      000000000000000700000000000000007fffffffffffffff00000005000000197669676e65747465
      2e6a6f62732e696e7465726163746976650000000764656661756c740000000a74696e792d626c69
      7032000000013100000008776f726b65722d31000000020000007700000000000000030000000000
      00000401000000003b9aca000000000ba43b740000010002000300000000200123456789abcdef01
      23456789abcdef0123456789abcdef0123456789abcdef1801221f1219666f6c6465722f70696374
      7572652d3030303132332e6a7067320208013a04100118074803000000d100000000000000050000
      000000000006030000000df847580000004e94914f000000010002000300040005200123456789ab
      cdef0123456789abcdef0123456789abcdef0123456789abcdef1801221f1219666f6c6465722f70
      6963747572652d3030303132332e6a7067320208013a041001180742583249123861207265642063
      6972636c65206c656674206f66206120626c756520737175617265206f6e20612077686974652062
      61636b67726f756e6418012002280d31c3f5285c8fc2ed3f420730b96038a0b70160016810480300
      00000079596421
      """;

  @TempDir private Path folder;

  @Test
  void whatWasWrittenIsRead() throws Exception {
    StatusMap written = map();
    JobStatus open = put(written, Statuses.queued(UUID.randomUUID(), 50));
    JobStatus ended = put(written, Statuses.succeeded(UUID.randomUUID(), 60));
    file().write(ORIGIN, OFFSETS, written);

    StatusMap read = map();
    try (Checkpoint found = file().read(ORIGIN).orElseThrow()) {
      assertThat(found.offsets()).isEqualTo(OFFSETS);
      found.loadInto(read);
    }

    assertThat(read.size()).isEqualTo(2);
    assertThat(read.get(id(open))).contains(open);
    assertThat(read.get(id(ended))).isEqualTo(written.get(id(ended)));
    assertThat(read.open().jobs()).isEqualTo(1);
    assertThat(read.open().jobs(Priority.BULK)).isEqualTo(written.open().jobs(Priority.BULK));
    // New texts get numbers of their own.
    JobStatus other =
        put(
            read,
            open.toBuilder()
                .setJobId(UUID.randomUUID().toString())
                .setIdentity(open.getIdentity().toBuilder().setTenant("another"))
                .build());
    assertThat(read.get(id(other))).contains(other);
    assertThat(read.get(id(open))).contains(open);
  }

  @Test
  void manyAreRead() throws Exception {
    StatusMap written = map();
    for (int i = 0; i < 10_000; i++) {
      put(written, Statuses.queued(new UUID(i, i), 50));
    }
    file().write(ORIGIN, OFFSETS, written);

    StatusMap read = map();
    try (Checkpoint found = file().read(ORIGIN).orElseThrow()) {
      found.loadInto(read);
    }

    assertThat(read.size()).isEqualTo(10_000);
    assertThat(read.open().jobs()).isEqualTo(10_000);
    for (int i = 0; i < 10_000; i++) {
      assertThat(read.get(new UUID(i, i))).isPresent();
    }
  }

  @Test
  void theLastOneReplacesTheOneBefore() throws Exception {
    file().write(ORIGIN, OFFSETS, map());
    Files.writeString(stored().resolveSibling("job-table.checkpoint.new"), "left by a crash");
    StatusMap later = map();
    put(later, Statuses.queued(UUID.randomUUID(), 50));
    file().write(ORIGIN, new long[] {8, 0, 0}, later);

    try (Checkpoint found = file().read(ORIGIN).orElseThrow()) {
      assertThat(found.offsets()).containsExactly(8, 0, 0);
    }
    try (var files = Files.list(stored().getParent())) {
      assertThat(files).containsExactly(stored());
    }
  }

  @Test
  void onlyTheOwnerMayReadIt() throws Exception {
    file().write(ORIGIN, OFFSETS, map());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored())))
        .isEqualTo("rw-------");
  }

  @Test
  void noneAndThoseOfOthersAreNotUsed() throws Exception {
    assertThat(file().read(ORIGIN)).isEmpty();

    file().write(ORIGIN, OFFSETS, map());

    assertThat(file().read(new Origin(new Uuid(1, 3), 3, 1_000_000, 1000))).isEmpty();
    assertThat(file().read(new Origin(new Uuid(1, 2), 4, 1_000_000, 1000))).isEmpty();
    assertThat(file().read(new Origin(new Uuid(1, 2), 3, 1_000_001, 1000))).isEmpty();
    assertThat(file().read(new Origin(new Uuid(1, 2), 3, 1_000_000, 1001))).isEmpty();
    byte[] bytes = Files.readAllBytes(stored());
    bytes[7]++;
    Files.write(stored(), withChecksum(bytes));
    assertThat(file().read(ORIGIN)).as("another version").isEmpty();
    bytes[7]--;
    bytes[0]++;
    Files.write(stored(), withChecksum(bytes));
    assertRefused("another kind of file");
  }

  @Test
  void aFolderIsOneTablesAtATime() throws Exception {
    CheckpointFile first = file();
    first.claim();
    first.claim();
    CheckpointFile second = file();

    assertThatThrownBy(second::claim)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");

    first.release();
    second.claim();
    second.release();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderThatIsDeletedIsMadeAgain() throws Exception {
    file().write(ORIGIN, OFFSETS, map());
    Files.delete(stored());
    Files.delete(stored().getParent());

    file().write(ORIGIN, OFFSETS, map());

    assertThat(stored()).isNotEmptyFile();
  }

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    Files.createDirectories(stored());
    assertRefused("a folder");
    Files.delete(stored());
    assertThat(new ProcessBuilder("mkfifo", stored().toString()).start().waitFor()).isZero();
    assertRefused("a pipe");
    Files.delete(stored());
    Files.createSymbolicLink(stored(), Path.of("/dev/zero"));
    assertRefused("a device");
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    StatusMap written = map();
    put(written, Statuses.succeeded(UUID.randomUUID(), 60));
    file().write(ORIGIN, OFFSETS, written);
    byte[] good = Files.readAllBytes(stored());

    for (int length = 0; length < good.length; length++) {
      Files.write(stored(), Arrays.copyOf(good, length));
      assertRefused("cut off after " + length);
    }
    for (int at = 0; at < good.length; at++) {
      byte[] flipped = good.clone();
      flipped[at] ^= 0x10;
      Files.write(stored(), flipped);
      assertRefused("flipped at " + at);
    }
  }

  @Test
  void lengthsThatLieCostNoMemory() throws Exception {
    StatusMap written = map();
    put(written, Statuses.succeeded(UUID.randomUUID(), 60));
    file().write(ORIGIN, OFFSETS, written);
    byte[] good = Files.readAllBytes(stored());
    int header = 4 + 4 + 16 + 4 + 8 + 4 + OFFSETS.length * Long.BYTES;

    for (int at = header; at + Integer.BYTES <= good.length - Long.BYTES; at++) {
      for (int lie : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, good.length}) {
        byte[] lying = good.clone();
        ByteBuffer.wrap(lying).putInt(at, lie);
        Files.write(stored(), withChecksum(lying));
        StatusMap read = map();
        try (Checkpoint found = file().read(ORIGIN).orElseThrow()) {
          found.loadInto(read);
        } catch (IOException e) {
          continue; // Refused: as good as what follows.
        }
        assertThat(read.size()).isLessThanOrEqualTo(1);
      }
    }
  }

  /**
   * Where this fails, the layout has changed: give {@link CheckpointFile#VERSION} another number.
   */
  @Test
  void theLayoutIsThatOfItsVersion() throws Exception {
    StatusMap written = map();
    put(written, Statuses.queued(new UUID(3, 4), 50));
    put(written, Statuses.succeeded(new UUID(5, 6), 60));
    file().write(ORIGIN, OFFSETS, written);

    assertThat(CheckpointFile.VERSION).isEqualTo(1);
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(stored())))
        .isEqualTo(LAYOUT.replace("\n", ""));
  }

  private void assertRefused(String what) {
    assertThatThrownBy(() -> file().read(ORIGIN)).as(what).isInstanceOf(IOException.class);
  }

  private static byte[] withChecksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, bytes.length - Long.BYTES);
    byte[] sealed = bytes.clone();
    ByteBuffer.wrap(sealed).putLong(bytes.length - Long.BYTES, checksum.getValue());
    return sealed;
  }

  private CheckpointFile file() {
    return new CheckpointFile(folder.resolve("state"));
  }

  private Path stored() {
    return folder.resolve("state/job-table.checkpoint");
  }

  private static JobStatus put(StatusMap map, JobStatus status) {
    map.put(id(status), status);
    return status;
  }

  private static UUID id(JobStatus status) {
    return UUID.fromString(status.getJobId());
  }

  private static StatusMap map() {
    return new StatusMap(1_000_000, 1_000_000);
  }
}
