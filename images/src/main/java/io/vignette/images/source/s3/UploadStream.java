package io.vignette.images.source.s3;

import io.vignette.images.EncodedImage;
import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** An upload taken in piece by piece: counted, limited, and hashed on the way. One thread. */
final class UploadStream {
  private final InputStream in;
  private final long limitBytes;
  private final int pieceBytes;
  private final MessageDigest digest = EncodedImage.sha256Digest();
  private long sizeBytes;

  UploadStream(InputStream in, long limitBytes, int pieceBytes) {
    this.in = in;
    this.limitBytes = limitBytes;
    this.pieceBytes = pieceBytes;
  }

  /**
   * The next piece; a shorter one than the others is the last, and may be empty.
   *
   * @throws ImageRejectedException with {@code image.too_large}, {@code image.unreadable}
   */
  byte[] next() throws ImageRejectedException {
    byte[] piece = read((int) Math.min(pieceBytes, limitBytes - sizeBytes + 1));
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) {
      throw ImageRejectedException.tooLarge("more than " + limitBytes, limitBytes);
    }
    digest.update(piece);
    return piece;
  }

  private byte[] read(int most) throws ImageRejectedException {
    try {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNREADABLE, "image upload: broke off (expected: a complete image)", e);
    }
  }

  boolean isLast(byte[] piece) {
    return piece.length < pieceBytes;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Of all pieces so far, lower-case hex. Ask once, at the end. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
