package io.vignette.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The name of a job, unique for ever.
 *
 * <p>A fresh id is a UUIDv7, so it tells when it was made; an id from an idempotency key is a
 * UUIDv8 made of an HMAC-SHA256, so a repetition names the same job, and nobody without the secret
 * can compute the id of somebody else's.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562">RFC 9562, UUIDs</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104, HMAC</a>
 */
public record JobId(UUID value) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String HMAC = "HmacSHA256";

  /** A new id, ordered by the clock's milliseconds. */
  public static JobId fresh(Clock clock) {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long random = buffer.getLong();
    long low = buffer.getLong();
    long high = (clock.millis() << 16) | 0x7000L | (random & 0x0FFFL);
    return new JobId(new UUID(high, variant(low)));
  }

  /**
   * The id that (tenant, idempotency key) always gives under one secret.
   *
   * @param secret of the deployment, at least 32 bytes by chance
   */
  public static JobId named(byte[] secret, String tenant, String idempotencyKey) {
    byte[] digest;
    try {
      Mac hmac = Mac.getInstance(HMAC);
      hmac.init(new SecretKeySpec(secret, HMAC));
      hmac.update(tenant.getBytes(StandardCharsets.UTF_8));
      hmac.update((byte) 0);
      digest = hmac.doFinal(idempotencyKey.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(HMAC + " is required of every Java platform", e);
    }
    return ofDigest(digest);
  }

  /** The id that a record's place always gives: of a record that names no job. No secret. */
  public static JobId ofPlace(String topic, int partition, long offset) {
    String place = "%s\n%d\n%d".formatted(topic, partition, offset);
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return ofDigest(sha256.digest(place.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is required of every Java platform", e);
    }
  }

  private static JobId ofDigest(byte[] digest) {
    ByteBuffer buffer = ByteBuffer.wrap(digest);
    long high = (buffer.getLong() & ~0xF000L) | 0x8000L;
    return new JobId(new UUID(high, variant(buffer.getLong())));
  }

  /** The id written as {@code text}, or empty where it is no UUID in its usual form. */
  public static Optional<JobId> parse(String text) {
    if (text.length() != 36) {
      return Optional.empty();
    }
    try {
      JobId id = new JobId(UUID.fromString(text));
      // The JDK takes hyphens at other places, and signs: one id would have many spellings.
      return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The same, only as ids are written: another spelling of one is no id in a record. */
  public static Optional<JobId> parseWritten(String text) {
    return parse(text).filter(id -> id.toString().equals(text));
  }

  /** When a fresh id was made; empty for a named one. */
  public Optional<Instant> madeAt() {
    return value.version() == 7
        ? Optional.of(Instant.ofEpochMilli(value.getMostSignificantBits() >>> 16))
        : Optional.empty();
  }

  private static long variant(long bits) {
    return (bits & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
