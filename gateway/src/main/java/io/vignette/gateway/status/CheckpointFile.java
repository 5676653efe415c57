package io.vignette.gateway.status;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The table on disk, as of an offset of each partition of the events.
 *
 * <pre>
 *   magic 4 · version 4
 *   id of the events topic 16 · partitions 4 · retention in ms 8 · most entries 4
 *   offset 8 by partition
 *   texts and statuses as {@link StatusMap#writeTo} writes them
 *   CRC-32C of all before it 8
 * </pre>
 *
 * <p>Holds what tenants sent: only the owner may read it. Thread-safe, but one thread at a time
 * writes; a reader sees the file as it was when it opened it. A folder is one process's at a time
 * ({@link #claim}).
 *
 * <p>Guarantees that a file which was not written whole, or was damaged, is not used. Does not
 * guarantee that a file survives a loss of power: it is not forced to disk, since all of it can be
 * read from Kafka again.
 */
final class CheckpointFile {
  /** Another number for another layout, of this file or of {@link StatusPacker}. */
  static final int VERSION = 1;

  private static final int MAGIC = 0x56474A54;
  private static final int BUFFER_BYTES = 1 << 20;

  /**
   * What a checkpoint is a checkpoint of. Another is no use: a table that keeps more than the one
   * before it must find on Kafka what that one had forgotten.
   *
   * @param topic of the events
   * @param partitions of the events
   * @param retentionMillis how long ended jobs are kept
   * @param entriesMax how many jobs are kept
   */
  record Origin(Uuid topic, int partitions, long retentionMillis, int entriesMax) {
    private void writeTo(DataOutputStream out) throws IOException {
      out.writeLong(topic.getMostSignificantBits());
      out.writeLong(topic.getLeastSignificantBits());
      out.writeInt(partitions);
      out.writeLong(retentionMillis);
      out.writeInt(entriesMax);
    }

    private static Origin readFrom(DataInputStream in) throws IOException {
      return new Origin(
          new Uuid(in.readLong(), in.readLong()), in.readInt(), in.readLong(), in.readInt());
    }
  }

  private final Path folder;
  private final Path file;
  private @Nullable FileChannel claim;

  CheckpointFile(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("job-table.checkpoint");
  }

  /** Where it is. */
  @Override
  public String toString() {
    return file.toString();
  }

  /**
   * Makes the folder this process's, until it ends or {@link #release}s it.
   *
   * @throws IOException if it can't be written, or is another's
   */
  synchronized void claim() throws IOException {
    if (claim != null) {
      return;
    }
    makeFolder();
    FileChannel opened =
        FileChannel.open(
            folder.resolve("job-table.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (opened.tryLock() == null) {
        throw new IOException(folder + ": in use by another gateway (expected: a folder each)");
      }
    } catch (OverlappingFileLockException e) {
      opened.close();
      throw new IOException(folder + ": in use by another table of this process", e);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    claim = opened;
  }

  /** The folder may be another's. Idempotent. */
  synchronized void release() throws IOException {
    if (claim != null) {
      claim.close();
      claim = null;
    }
  }

  /**
   * Writes all that the map holds. Replaces the file before it at once, or leaves it.
   *
   * @param offsets by partition of the events: those before it are in the map
   */
  void write(Origin origin, long[] offsets, StatusMap map) throws IOException {
    makeFolder(); // Whoever deletes it loses no more than the copy.
    Path fresh = folder.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, ownersOnly("rw-------"));
    try {
      CRC32C checksum = new CRC32C();
      try (OutputStream stored = Files.newOutputStream(fresh);
          DataOutputStream out =
              new DataOutputStream(
                  new BufferedOutputStream(
                      new CheckedOutputStream(stored, checksum), BUFFER_BYTES))) {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        origin.writeTo(out);
        for (long offset : offsets) {
          out.writeLong(offset);
        }
        map.writeTo(out);
        out.flush();
        out.writeLong(checksum.getValue());
      }
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * The checkpoint of that origin; empty where there is none, or one of another origin or version.
   *
   * @throws IOException if the file is damaged or can't be read
   */
  Optional<Checkpoint> read(Origin origin) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("not a file"); // A pipe would never open.
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Optional<Checkpoint> opened = Optional.empty();
    try {
      opened = open(channel, origin);
      return opened;
    } finally {
      if (opened.isEmpty()) {
        channel.close();
      }
    }
  }

  private static Optional<Checkpoint> open(FileChannel channel, Origin origin) throws IOException {
    verify(channel);
    DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Channels.newInputStream(channel.position(0)), BUFFER_BYTES));
    in.readInt(); // The magic.
    if (in.readInt() != VERSION || !Origin.readFrom(in).equals(origin)) {
      return Optional.empty();
    }
    long[] offsets = new long[origin.partitions()];
    for (int partition = 0; partition < offsets.length; partition++) {
      offsets[partition] = in.readLong();
    }
    return Optional.of(new Checkpoint(offsets, in, channel.size()));
  }

  /** Before anything is believed, a length least of all. */
  private static void verify(FileChannel channel) throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
    if (channel.read(magic, 0) != Integer.BYTES || magic.flip().getInt() != MAGIC) {
      throw new IOException("not a copy of a table"); // However long it is.
    }
    long left = channel.size() - Long.BYTES;
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (left > 0) {
      buffer.clear().limit((int) Math.min(left, buffer.capacity()));
      if (channel.read(buffer) < 0) {
        break; // Shorter than it was a moment ago.
      }
      left -= buffer.flip().remaining();
      checksum.update(buffer);
    }
    ByteBuffer stored = ByteBuffer.allocate(Long.BYTES);
    while (left == 0 && stored.hasRemaining() && channel.read(stored) >= 0) {
      // Until all eight bytes are there.
    }
    if (stored.hasRemaining() || stored.flip().getLong() != checksum.getValue()) {
      throw new IOException("damaged: its checksum is not that of its content");
    }
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, ownersOnly("rwx------"));
    }
  }

  private static FileAttribute<?>[] ownersOnly(String rights) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  /** A file that was found whole. To be closed; one thread. */
  static final class Checkpoint implements Closeable {
    private final long[] offsets;
    private final DataInputStream statuses;
    private final long bytesMax;

    private Checkpoint(long[] offsets, DataInputStream statuses, long bytesMax) {
      this.offsets = offsets;
      this.statuses = statuses;
      this.bytesMax = bytesMax;
    }

    /** By partition of the events, up to where the statuses reflect them. */
    long[] offsets() {
      return offsets.clone();
    }

    /** Puts its statuses into an empty map. Call once. */
    void loadInto(StatusMap map) throws IOException {
      map.readFrom(statuses, bytesMax);
    }

    @Override
    public void close() throws IOException {
      statuses.close();
    }
  }
}
