package io.vignette.gateway.submission;

import com.google.protobuf.UnsafeByteOperations;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.source.BlobReference;
import io.vignette.images.source.BlobStore;
import io.vignette.proto.v1.ImageReference;
import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import org.jboss.logging.Logger;

/** Turns submitted pictures into references that travel in a job. Thread-safe. */
final class ImageIntake {
  private static final Logger LOG = Logger.getLogger(ImageIntake.class);

  private final BlobStore blobs;
  private final ImageLimits limits;
  private final int inlineBytesMax;

  ImageIntake(BlobStore blobs, ImageLimits limits, int inlineBytesMax) {
    this.blobs = blobs;
    this.limits = limits;
    this.inlineBytesMax = inlineBytesMax;
  }

  /**
   * The reference to a picture; of a large upload everything but where it will be stored.
   *
   * @throws RejectedException with {@code image.empty} or {@code image.too_large}
   */
  ImageReference refer(ImageInput image) throws RejectedException {
    return switch (image) {
      case ImageInput.Inline inline -> inline(inline);
      case ImageInput.Url url -> ImageReference.newBuilder().setUrl(url.url()).build();
      case ImageInput.Blob blob -> blob(blob);
    };
  }

  /** Whether the picture has to be stored before its job can be written. */
  boolean needsStore(ImageInput image) {
    return image instanceof ImageInput.Inline inline && inline.bytes().length > inlineBytesMax;
  }

  /**
   * Stores a picture and completes the reference to it. Blocks.
   *
   * @throws RejectedException as the blob store says
   */
  ImageReference store(ImageReference reference, ImageInput image) throws RejectedException {
    if (!(image instanceof ImageInput.Inline inline) || !needsStore(image)) {
      return reference;
    }
    try {
      BlobReference stored = blobs.put(new ByteArrayInputStream(inline.bytes()), limits.maxBytes());
      return reference.toBuilder().setBlob(stored.reference()).build();
    } catch (ImageRejectedException e) {
      throw new RejectedException(e.reason(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Forgets a stored picture that no job refers to. What fails is left to the sweep. Blocks. */
  void discard(ImageReference stored) {
    try {
      blobs.delete(stored.getBlob());
    } catch (ImageRejectedException e) {
      LOG.warnf("blob of a refused request: left to the sweep (%s)", e.getMessage());
    }
  }

  private ImageReference inline(ImageInput.Inline inline) throws RejectedException {
    byte[] bytes = inline.bytes();
    requireSize(bytes.length);
    ImageReference.Builder reference =
        ImageReference.newBuilder()
            .setMediaType(inline.mediaType())
            .setSizeBytes(bytes.length)
            .setSha256(Fingerprint.ofBytes(bytes));
    if (!needsStore(inline)) {
      reference.setInline(UnsafeByteOperations.unsafeWrap(bytes));
    }
    return reference.build();
  }

  private ImageReference blob(ImageInput.Blob blob) throws RejectedException {
    if (blob.sizeBytes() > 0) {
      requireSize(blob.sizeBytes());
    }
    return ImageReference.newBuilder()
        .setBlob(blob.reference())
        .setSizeBytes(blob.sizeBytes())
        .setSha256(blob.sha256())
        .build();
  }

  private void requireSize(long bytes) throws RejectedException {
    if (bytes == 0) {
      throw new RejectedException(
          Reason.IMAGE_EMPTY, "image size: 0 bytes (expected: an image file)");
    }
    if (bytes > limits.maxBytes()) {
      throw new RejectedException(
          Reason.IMAGE_TOO_LARGE,
          "image size: " + bytes + " bytes (expected: at most " + limits.maxBytes() + ")");
    }
  }
}
