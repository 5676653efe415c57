package io.vignette.worker.engine.openai;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Bytes as base64, piece by piece, each made when it is asked for.
 *
 * <p>Immutable; each iterator belongs to one reader.
 */
final class Base64Pieces implements Iterable<byte[]> {
  /** A multiple of 3, so that no piece but the last is padded. */
  private static final int PIECE_BYTES = 48 * 1024;

  private final byte[] bytes;

  /**
   * @param bytes at least one: a body without content is none
   */
  Base64Pieces(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("bytes: 0 (expected: at least 1)");
    }
    this.bytes = bytes;
  }

  /** Characters of all pieces together. */
  long length() {
    return (bytes.length + 2L) / 3 * 4;
  }

  @Override
  public Iterator<byte[]> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < bytes.length;
      }

      @Override
      public byte[] next() {
        if (!hasNext()) {
          throw new NoSuchElementException("pieces: no more");
        }
        int length = Math.min(PIECE_BYTES, bytes.length - next);
        ByteBuffer piece = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, next, length));
        next += length;
        return piece.array();
      }
    };
  }
}
