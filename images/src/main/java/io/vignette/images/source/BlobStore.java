package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import java.io.InputStream;
import java.time.Instant;

/**
 * Keeps image files too large for a job (the claim check pattern). Implementations are thread-safe
 * and block: call them on virtual threads.
 */
public interface BlobStore {
  /** Whether this store made the reference, or could have. */
  boolean understands(String reference);

  /**
   * Keeps what the stream holds. The stream is not closed. Nothing is kept unless this method
   * returns.
   *
   * @throws ImageRejectedException with {@code image.empty}, {@code image.too_large} as soon as the
   *     limit is passed, {@code image.unreadable} if the stream fails, {@code store.unavailable} if
   *     the store can't keep it now, whatever the cause
   */
  BlobReference put(InputStream in, long limitBytes) throws ImageRejectedException;

  /**
   * The bytes behind the reference.
   *
   * @throws ImageRejectedException with {@code image.not_found}, {@code image.unreadable}, {@code
   *     image.changed}, before anything is read {@code image.too_large}; {@code store.unavailable}
   *     if this store can't give now what it keeps, {@code image.unreachable} if somebody else's
   *     can't
   */
  byte[] read(String reference, long limitBytes) throws ImageRejectedException;

  /** Forgets the bytes behind the reference, if there are any. */
  void delete(String reference) throws ImageRejectedException;

  /**
   * Forgets every blob that was taken in before the instant, whether anybody refers to it or not;
   * returns how many. Takes time: looks at every blob.
   *
   * @throws ImageRejectedException with {@code internal} if the store fails; some are forgotten
   *     then
   */
  long deleteOlderThan(Instant instant) throws ImageRejectedException;
}
