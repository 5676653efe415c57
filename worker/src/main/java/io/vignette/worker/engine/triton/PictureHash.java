package io.vignette.worker.engine.triton;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Names a resized picture by its content: SHA-256 of its pixels. */
record PictureHash(long first, long second, long third, long fourth) {

  static PictureHash of(byte[] pixels) {
    ByteBuffer digest = ByteBuffer.wrap(sha256().digest(pixels));
    return new PictureHash(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java platform)", e);
    }
  }
}
