package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads regular files whole, into arrays of exactly their size. */
final class WholeFile {
  private WholeFile() {}

  static byte[] read(Path file, String name, long limitBytes) throws ImageRejectedException {
    requireRegular(file, name);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      if (size > limitBytes) {
        throw ImageRejectedException.tooLarge(String.valueOf(size), limitBytes);
      }
      return fill(channel, new byte[(int) size], name);
    } catch (NoSuchFileException e) {
      throw notFound(name);
    } catch (IOException e) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNREADABLE,
          "image file: %s, %s (expected: a readable file)"
              .formatted(name, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Devices and pipes could block or never end. */
  private static void requireRegular(Path file, String name) throws ImageRejectedException {
    if (Files.isRegularFile(file)) {
      return;
    }
    if (Files.notExists(file)) {
      throw notFound(name);
    }
    String kind = Files.isDirectory(file) ? "a folder" : "not a regular file";
    throw new ImageRejectedException(
        Reason.IMAGE_UNREADABLE,
        "image file: %s, %s (expected: a readable file)".formatted(name, kind));
  }

  private static byte[] fill(SeekableByteChannel channel, byte[] bytes, String name)
      throws IOException, ImageRejectedException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new ImageRejectedException(
            Reason.IMAGE_UNREADABLE,
            "image file: %s, ended after %d bytes (expected: %d as when opened)"
                .formatted(name, buffer.position(), bytes.length));
      }
    }
    return bytes;
  }

  private static ImageRejectedException notFound(String name) {
    return new ImageRejectedException(
        Reason.IMAGE_NOT_FOUND, "image file: " + name + " (expected: an existing file)");
  }
}
