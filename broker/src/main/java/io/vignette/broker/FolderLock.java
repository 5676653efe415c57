package io.vignette.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a data folder, held until closed or until the process ends.
 *
 * <p>Kafka locks its folders only after its controller has opened, and perhaps written to, the
 * metadata in them: a second broker would damage what the first one reads.
 */
final class FolderLock implements AutoCloseable {

  private static final String FILE = "vignette.lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws BrokerException if somebody else has the folder, in this process or another
   */
  static FolderLock of(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new BrokerException(
          "broker data folder: " + folder + " is in use (expected: one broker a folder)");
    }
    return new FolderLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Gives the folder back. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
