package io.vignette.images.source.s3;

import io.vignette.images.EncodedImage;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.source.BlobReference;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.UnknownReference;
import io.vignette.wire.Reason;
import java.io.InputStream;
import java.time.Instant;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Uploads as objects of one bucket under one prefix. References are {@code s3blob:<uuid>.<sha256>}:
 * the object's name, and what its bytes must hash to when they are read.
 *
 * <p>Thread-safe; blocks. Holds 8 MiB of an upload in memory, whatever its size. An object appears
 * when it is complete; nothing is left of an upload that fails, or, if S3 can't be reached to say
 * so, an unfinished one that {@link #deleteOlderThan} clears away.
 */
public final class S3BlobStore implements BlobStore {
  /** S3 wants at least 5 MiB of all parts but the last. */
  static final int PART_BYTES = 8 * 1024 * 1024;

  private final S3Client client;
  private final S3Folder folder;

  S3BlobStore(S3Client client, S3Folder folder) {
    this.client = client;
    this.folder = folder;
  }

  @Override
  public boolean understands(String reference) {
    return UploadReference.parse(reference).isPresent();
  }

  @Override
  public BlobReference put(InputStream in, long limitBytes) throws ImageRejectedException {
    UUID id = UUID.randomUUID();
    UploadStream stream = new UploadStream(in, limitBytes, PART_BYTES);
    try {
      new S3Upload(client, folder.bucket(), UploadReference.key(folder, id)).write(stream);
    } catch (SdkException e) {
      throw failed(Reason.STORE_UNAVAILABLE, "write " + id, e);
    }
    UploadReference reference = new UploadReference(id, stream.sha256());
    return new BlobReference(reference.format(), stream.sizeBytes(), reference.sha256());
  }

  /**
   * The bytes that were put.
   *
   * @throws ImageRejectedException with {@code image.not_found}, {@code image.too_large}, {@code
   *     image.changed} if they are others now, {@code image.unreachable} if S3 can't give them now,
   *     {@code internal} if it does not want to
   */
  @Override
  public byte[] read(String reference, long limitBytes) throws ImageRejectedException {
    UploadReference upload = known(reference);
    S3ObjectReference object =
        S3ObjectReference.of(folder.bucket(), UploadReference.key(folder, upload.id()));
    try {
      byte[] bytes = new S3Download(client, limitBytes).read(object);
      requireUnchanged(bytes, upload);
      return bytes;
    } catch (SdkException e) {
      throw unread(upload.id(), e);
    }
  }

  @Override
  public void delete(String reference) throws ImageRejectedException {
    UUID id = known(reference).id();
    try {
      client.deleteObject(of -> of.bucket(folder.bucket()).key(UploadReference.key(folder, id)));
    } catch (SdkException e) {
      if (S3Failure.of(e).kind() != S3Failure.Kind.NO_OBJECT) {
        throw failed(Reason.INTERNAL, "delete " + id, e);
      }
    }
  }

  /**
   * Uploads in parts that were never finished go too; objects that are not this store's stay.
   * Several processes may do this in one bucket at once.
   */
  @Override
  public long deleteOlderThan(Instant instant) throws ImageRejectedException {
    S3Sweep sweep = new S3Sweep(client, folder, instant);
    try {
      long deleted = sweep.run();
      if (sweep.failures().isEmpty()) {
        return deleted;
      }
    } catch (SdkException e) {
      throw failed(Reason.INTERNAL, "delete blobs before " + instant, e);
    }
    throw new ImageRejectedException(
        Reason.INTERNAL,
        "blob store: could not delete %d blobs before %s, the first of them %s, %s (expected: %s)"
            .formatted(
                sweep.failures().size(),
                instant,
                sweep.failures().getFirst().key(),
                sweep.failures().getFirst().code(),
                "the permission to delete"));
  }

  private static UploadReference known(String reference) throws ImageRejectedException {
    return UploadReference.parse(reference).orElseThrow(() -> UnknownReference.of(reference));
  }

  private static void requireUnchanged(byte[] bytes, UploadReference upload)
      throws ImageRejectedException {
    String sha256 = new EncodedImage(bytes).sha256();
    if (!sha256.equals(upload.sha256())) {
      throw new ImageRejectedException(
          Reason.IMAGE_CHANGED,
          "image sha256: %s (expected: %s as stored)".formatted(sha256, upload.sha256()));
    }
  }

  private ImageRejectedException unread(UUID id, SdkException e) {
    return S3Failure.of(e).kind() == S3Failure.Kind.NO_OBJECT
        ? new ImageRejectedException(
            Reason.IMAGE_NOT_FOUND, "blob: " + id + " (expected: an existing object)", e)
        : failed(Reason.STORE_UNAVAILABLE, "read " + id, e);
  }

  private ImageRejectedException failed(Reason reason, String what, SdkException e) {
    S3Failure failure = S3Failure.of(e);
    String expected =
        switch (failure.kind()) {
          case NO_BUCKET -> "an existing bucket " + folder.bucket();
          case DENIED -> "the permission to do so in bucket " + folder.bucket();
          case CREDENTIALS -> "credentials that S3 accepts";
          case TRANSIENT -> "an answer of S3";
          case NO_OBJECT, REFUSED -> "a server that speaks S3";
        };
    return new ImageRejectedException(
        reason,
        "blob store: could not %s, %s (expected: %s)"
            .formatted(what, failure.description(), expected),
        e);
  }
}
