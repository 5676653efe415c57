package io.vignette.images.source;

import io.vignette.images.EncodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.proto.v1.ImageReference;
import io.vignette.wire.Reason;

/**
 * Gets the file a job refers to, wherever it is, and checks that it is the one the client meant.
 *
 * <p>Thread-safe; blocks: call it on a virtual thread.
 */
public final class ImageLoader implements AutoCloseable {
  private final BlobStore blobs;
  private final WebImages web;
  private final ImageLimits limits;

  public ImageLoader(BlobStore blobs, WebImages web, ImageLimits limits) {
    this.blobs = blobs;
    this.web = web;
    this.limits = limits;
  }

  /** With images of the web from public addresses only. */
  public ImageLoader(BlobStore blobs, ImageLimits limits) {
    this(blobs, WebImages.ofPublicInternet(limits), limits);
  }

  /**
   * The image file.
   *
   * @throws ImageRejectedException with the reasons of {@link BlobStore#read} and {@link
   *     WebImages#fetch}, with {@code image.empty}, and with {@code image.changed} if size or
   *     checksum differ from what the reference states
   */
  public EncodedImage load(ImageReference reference) throws ImageRejectedException {
    EncodedImage image = new EncodedImage(bytes(reference));
    if (image.sizeBytes() > limits.maxBytes()) {
      throw ImageRejectedException.tooLarge(String.valueOf(image.sizeBytes()), limits.maxBytes());
    }
    if (image.sizeBytes() == 0) {
      throw new ImageRejectedException(
          Reason.IMAGE_EMPTY, "image size: 0 bytes (expected: an image file)");
    }
    requireUnchanged(reference, image);
    return image;
  }

  private byte[] bytes(ImageReference reference) throws ImageRejectedException {
    return switch (reference.getLocationCase()) {
      case INLINE -> reference.getInline().toByteArray();
      case URL -> web.fetch(reference.getUrl());
      case BLOB -> blobs.read(reference.getBlob(), limits.maxBytes());
      case LOCATION_NOT_SET ->
          throw new ImageRejectedException(
              Reason.IMAGE_EMPTY, "image location: none (expected: inline bytes, url or blob)");
    };
  }

  private static void requireUnchanged(ImageReference reference, EncodedImage image)
      throws ImageRejectedException {
    long size = reference.getSizeBytes();
    if (size > 0 && size != image.sizeBytes()) {
      throw new ImageRejectedException(
          Reason.IMAGE_CHANGED,
          "image size: %d bytes (expected: %d as submitted)".formatted(image.sizeBytes(), size));
    }
    String sha256 = reference.getSha256();
    if (!sha256.isEmpty() && !sha256.equals(image.sha256())) {
      throw new ImageRejectedException(
          Reason.IMAGE_CHANGED,
          "image sha256: %s (expected: %s as submitted)".formatted(image.sha256(), sha256));
    }
  }

  @Override
  public void close() {
    web.close();
  }
}
