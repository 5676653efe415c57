package io.vignette.images.source;

import io.vignette.images.EncodedImage;
import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Blobs as files of a folder, which is created when the first blob comes. References are {@code
 * blob:<uuid>}; the UUID is parsed and written anew before it becomes a file name, so that no
 * reference leads out of the folder.
 *
 * <p>A blob is written under another name and renamed when complete: readers see all of it or
 * nothing. What a crash leaves behind ends in {@code .part}.
 */
public final class FileBlobStore implements BlobStore {
  private static final String PREFIX = "blob:";
  private static final int BUFFER = 64 * 1024;

  private final Path folder;

  public FileBlobStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public boolean understands(String reference) {
    return idOf(reference).isPresent();
  }

  @Override
  public BlobReference put(InputStream in, long limitBytes) throws ImageRejectedException {
    UUID id = UUID.randomUUID();
    Path part = folder.resolve(id + ".part");
    try {
      Files.createDirectories(folder);
      try {
        BlobReference reference = copy(in, part, PREFIX + id, limitBytes);
        Files.move(part, folder.resolve(id.toString()), StandardCopyOption.ATOMIC_MOVE);
        return reference;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw failed("write", PREFIX + id, e);
    }
  }

  private static BlobReference copy(InputStream in, Path part, String reference, long limitBytes)
      throws IOException, ImageRejectedException {
    MessageDigest digest = EncodedImage.sha256Digest();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (OutputStream out = Files.newOutputStream(part)) {
      for (int count = next(in, buffer); count >= 0; count = next(in, buffer)) {
        size += count;
        if (size > limitBytes) {
          throw ImageRejectedException.tooLarge("more than " + limitBytes, limitBytes);
        }
        digest.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    }
    if (size == 0) {
      throw new ImageRejectedException(
          Reason.IMAGE_EMPTY, "image size: 0 bytes (expected: an image file)");
    }
    return new BlobReference(reference, size, HexFormat.of().formatHex(digest.digest()));
  }

  private static int next(InputStream in, byte[] buffer) throws ImageRejectedException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNREADABLE, "image upload: broke off (expected: a complete image)", e);
    }
  }

  @Override
  public byte[] read(String reference, long limitBytes) throws ImageRejectedException {
    return WholeFile.read(fileOf(reference), reference, limitBytes);
  }

  @Override
  public void delete(String reference) throws ImageRejectedException {
    try {
      Files.deleteIfExists(fileOf(reference));
    } catch (IOException e) {
      throw failed("delete", reference, e);
    }
  }

  /** What crashes left behind goes too. Several processes may do this in one folder at once. */
  @Override
  public long deleteOlderThan(Instant instant) throws ImageRejectedException {
    if (!Files.isDirectory(folder)) {
      return 0; // No blob came yet.
    }
    long deleted = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        deleted += deleteIfOlder(file, instant) ? 1 : 0;
      }
      return deleted;
    } catch (IOException | DirectoryIteratorException e) {
      throw failed("delete", "blobs before " + instant, e);
    }
  }

  private static boolean deleteIfOlder(Path file, Instant instant) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(instant)
          && Files.deleteIfExists(file);
    } catch (NoSuchFileException e) {
      return false; // Somebody else was quicker.
    }
  }

  private Path fileOf(String reference) throws ImageRejectedException {
    return idOf(reference)
        .map(id -> folder.resolve(id.toString()))
        .orElseThrow(() -> UnknownReference.of(reference));
  }

  private static Optional<UUID> idOf(String reference) {
    if (!reference.startsWith(PREFIX) || reference.length() != PREFIX.length() + 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(reference.substring(PREFIX.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ImageRejectedException failed(String what, String reference, Exception e) {
    return new ImageRejectedException(
        Reason.INTERNAL,
        "blob store: could not %s %s, %s (expected: a writable folder with free space)"
            .formatted(what, reference, e.getClass().getSimpleName()),
        e);
  }
}
