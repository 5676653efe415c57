package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Files named on the command line, read where they lie and never copied. References are {@code
 * run:<n>} and mean something in this process only; nothing but registered files can be read.
 *
 * <p>Thread-safe. Keeps one path a file, about 100 bytes.
 */
public final class RunFiles implements BlobStore {
  private static final String PREFIX = "run:";
  private static final int DIGITS_MAX = 9;

  private final List<Path> files = new ArrayList<>();

  /** Makes the file readable under the returned reference. Does not look whether it exists. */
  public synchronized String register(Path file) {
    files.add(file);
    return PREFIX + (files.size() - 1);
  }

  @Override
  public boolean understands(String reference) {
    return reference.startsWith(PREFIX);
  }

  /** Unsupported: files of the run are registered, not taken in. */
  @Override
  public BlobReference put(InputStream in, long limitBytes) {
    throw new UnsupportedOperationException("run files: put (expected: register)");
  }

  @Override
  public byte[] read(String reference, long limitBytes) throws ImageRejectedException {
    Path file = fileOf(reference);
    return WholeFile.read(file, file.toString(), limitBytes);
  }

  /** Does nothing: the files belong to the user. */
  @Override
  public void delete(String reference) {}

  /** Does nothing: the files belong to the user. */
  @Override
  public long deleteOlderThan(Instant instant) {
    return 0;
  }

  private synchronized Path fileOf(String reference) throws ImageRejectedException {
    String number = understands(reference) ? reference.substring(PREFIX.length()) : "";
    boolean digits = number.chars().allMatch(c -> c >= '0' && c <= '9');
    if (number.isEmpty() || !digits || number.length() > DIGITS_MAX) {
      throw UnknownReference.of(reference);
    }
    int index = Integer.parseInt(number);
    if (index >= files.size()) {
      throw UnknownReference.of(reference);
    }
    return files.get(index);
  }
}
