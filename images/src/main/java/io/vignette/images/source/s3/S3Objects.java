package io.vignette.images.source.s3;

import io.vignette.images.ImageRejectedException;
import io.vignette.images.source.BlobReference;
import io.vignette.images.source.BlobStore;
import io.vignette.wire.Reason;
import java.io.InputStream;
import java.time.Instant;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Objects of others, read where they lie. References are those of {@link S3ObjectReference}; only
 * the buckets named when this was made are read, so that a job can't use our credentials to read
 * something else.
 *
 * <p>Thread-safe; blocks. Never writes and never deletes: the objects belong to their owner.
 */
public final class S3Objects implements BlobStore {
  private static final int SHOWN_CHARACTERS = 200;

  private final S3Client client;
  private final Set<String> buckets;

  S3Objects(S3Client client, Set<String> buckets) {
    this.client = client;
    this.buckets = Set.copyOf(buckets);
  }

  @Override
  public boolean understands(String reference) {
    return reference.startsWith(S3ObjectReference.SCHEME);
  }

  /** Unsupported: objects are named, not taken in. */
  @Override
  public BlobReference put(InputStream in, long limitBytes) {
    throw new UnsupportedOperationException("s3 objects: put (expected: a store of uploads)");
  }

  /**
   * The object's bytes.
   *
   * @throws ImageRejectedException with {@code image.forbidden_address} for a bucket that is not
   *     allowed, {@code image.not_found}, {@code image.too_large}, {@code image.unreadable} if S3
   *     does not want to give it, {@code image.unreachable} if it can't now or our credentials are
   *     at fault
   */
  @Override
  public byte[] read(String reference, long limitBytes) throws ImageRejectedException {
    S3ObjectReference object = allowed(reference);
    try {
      return new S3Download(client, limitBytes).read(object);
    } catch (SdkException e) {
      throw rejection(reference, e);
    }
  }

  /** Does nothing: the objects belong to their owner. */
  @Override
  public void delete(String reference) {}

  /** Does nothing: the objects belong to their owner. */
  @Override
  public long deleteOlderThan(Instant instant) {
    return 0;
  }

  private S3ObjectReference allowed(String reference) throws ImageRejectedException {
    S3ObjectReference object =
        S3ObjectReference.parse(reference)
            .orElseThrow(
                () ->
                    rejected(
                        Reason.IMAGE_NOT_FOUND,
                        reference,
                        "s3://BUCKET/KEY, percent-encoded, with or without ?versionId=VERSION"));
    if (!buckets.contains(object.bucket())) {
      throw rejected(
          Reason.IMAGE_FORBIDDEN_ADDRESS, reference, "a bucket of vignette.s3.readable-buckets");
    }
    if (object.hasDotSegments()) {
      throw rejected(
          Reason.IMAGE_FORBIDDEN_ADDRESS, reference, "a key without . and .. between slashes");
    }
    return object;
  }

  private static ImageRejectedException rejection(String reference, SdkException e) {
    S3Failure failure = S3Failure.of(e);
    String found = shown(reference) + ", " + failure.description();
    return switch (failure.kind()) {
      case NO_OBJECT -> rejected(Reason.IMAGE_NOT_FOUND, found, "an existing object", e);
      case NO_BUCKET -> rejected(Reason.IMAGE_NOT_FOUND, found, "an existing bucket", e);
      case DENIED, REFUSED -> rejected(Reason.IMAGE_UNREADABLE, found, "an object to be read", e);
      case CREDENTIALS ->
          rejected(Reason.IMAGE_UNREACHABLE, found, "credentials that S3 accepts", e);
      case TRANSIENT -> rejected(Reason.IMAGE_UNREACHABLE, found, "an answer of S3", e);
    };
  }

  private static ImageRejectedException rejected(Reason reason, String reference, String expected) {
    return new ImageRejectedException(
        reason, "image object: %s (expected: %s)".formatted(shown(reference), expected));
  }

  private static ImageRejectedException rejected(
      Reason reason, String found, String expected, SdkException e) {
    return new ImageRejectedException(
        reason, "image object: %s (expected: %s)".formatted(found, expected), e);
  }

  private static String shown(String reference) {
    return reference.length() > SHOWN_CHARACTERS
        ? reference.substring(0, SHOWN_CHARACTERS) + "…"
        : reference;
  }
}
