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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
  private static final String PART = ".part";
  private static final int BUFFER = 64 * 1024;

  private final Path folder;
  private volatile boolean wasThere;

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
    Path part = folder.resolve(id + PART);
    try {
      requireFolder();
      try {
        BlobReference reference = copy(in, part, PREFIX + id, limitBytes);
        Files.move(part, folder.resolve(id.toString()), StandardCopyOption.ATOMIC_MOVE);
        return reference;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw failed(Reason.STORE_UNAVAILABLE, "write " + PREFIX + id, e);
    }
  }

  /** A folder that was there once and is no more is away: nobody would look into another. */
  private void requireFolder() throws IOException {
    if (wasThere && !Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    Files.createDirectories(folder);
    wasThere = true;
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
    Path file = fileOf(reference);
    try {
      return WholeFile.read(file, reference, limitBytes);
    } catch (ImageRejectedException e) {
      throw isTheFoldersFault(e) ? failed(Reason.STORE_UNAVAILABLE, "read " + reference, e) : e;
    }
  }

  /** A folder that is there without its blob has lost it. */
  private boolean isTheFoldersFault(ImageRejectedException e) {
    return e.reason() == Reason.IMAGE_UNREADABLE || !Files.isDirectory(folder);
  }

  @Override
  public void delete(String reference) throws ImageRejectedException {
    try {
      Files.deleteIfExists(fileOf(reference));
    } catch (IOException e) {
      throw failed(Reason.INTERNAL, "delete " + reference, e);
    }
  }

  /**
   * What crashes left behind goes too; files that are not this store's stay. One that cannot be
   * deleted does not save the others. Several processes may do this in one folder at once.
   */
  @Override
  public long deleteOlderThan(Instant instant) throws ImageRejectedException {
    if (!Files.isDirectory(folder)) {
      return 0; // No blob came yet.
    }
    long deleted = 0;
    List<IOException> failures = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FileBlobStore::isOwn)) {
      for (Path file : files) {
        try {
          deleted += deleteIfOlder(file, instant) ? 1 : 0;
        } catch (IOException e) {
          failures.add(e);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw failed(Reason.INTERNAL, "delete blobs before " + instant, e);
    }
    if (!failures.isEmpty()) {
      IOException first = failures.getFirst();
      String what = "delete %d blobs before %s".formatted(failures.size(), instant);
      throw failed(Reason.INTERNAL, what + ", the first of them " + first.getMessage(), first);
    }
    return deleted;
  }

  /** Whether the file has a name that this store gives. */
  private static boolean isOwn(Path file) {
    String name = file.getFileName().toString();
    String id = name.endsWith(PART) ? name.substring(0, name.length() - PART.length()) : name;
    return idOf(PREFIX + id).filter(parsed -> parsed.toString().equals(id)).isPresent();
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

  private static ImageRejectedException failed(Reason reason, String what, Exception e) {
    Throwable cause = e instanceof ImageRejectedException ? e.getCause() : e;
    String found =
        cause == null ? String.valueOf(e.getMessage()) : cause.getClass().getSimpleName();
    return new ImageRejectedException(
        reason,
        "blob store: could not %s, %s (expected: a folder to read and write, with free space)"
            .formatted(what, found),
        e);
  }
}
