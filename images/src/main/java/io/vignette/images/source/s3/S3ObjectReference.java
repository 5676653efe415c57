package io.vignette.images.source.s3;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An object in S3 as text: {@code s3://BUCKET/KEY}, and {@code ?versionId=V} for one version of it.
 *
 * <p>Key and version are percent-encoded UTF-8: everything but letters, digits, {@code - . _ ~} and
 * the slashes of the key. {@link #parse} gives back what {@link #format} was given, whatever the
 * key; a plus sign is a plus sign. Reading also takes the other signs that a path of a URI may hold
 * as they are.
 *
 * @param key 1 to 1024 bytes of UTF-8
 * @param versionId not empty
 */
public record S3ObjectReference(String bucket, String key, Optional<String> versionId) {
  static final String SCHEME = "s3://";

  private static final int KEY_BYTES_MAX = 1024;
  private static final Pattern BUCKET =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");

  /** Possessive, as Java would need stack for each character. */
  private static final String ENCODED = "((?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})++)";

  private static final Pattern TEXT =
      Pattern.compile("s3://([^/?#%]+)/" + ENCODED + "(?:\\?versionId=" + ENCODED + ")?");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  public S3ObjectReference {
    if (!isBucketName(bucket)) {
      throw new IllegalArgumentException(
          "s3 bucket: " + bucket + " (expected: 3 to 63 letters, digits, dots, hyphens)");
    }
    int keyBytes = bytes(key).length;
    if (keyBytes == 0 || keyBytes > KEY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "s3 key: %d bytes (expected: 1 to %d)".formatted(keyBytes, KEY_BYTES_MAX));
    }
    if (versionId.isPresent() && bytes(versionId.get()).length == 0) {
      throw new IllegalArgumentException("s3 version: empty (expected: none, or not empty)");
    }
  }

  /** The newest version of an object. */
  public static S3ObjectReference of(String bucket, String key) {
    return new S3ObjectReference(bucket, key, Optional.empty());
  }

  static boolean isBucketName(String name) {
    return BUCKET.matcher(name).matches();
  }

  /** The object that the text names, if it names one. */
  public static Optional<S3ObjectReference> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Optional<String> version =
          matcher.group(3) == null ? Optional.empty() : Optional.of(decode(matcher.group(3)));
      return Optional.of(
          new S3ObjectReference(matcher.group(1), decode(matcher.group(2)), version));
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return Optional.empty(); // Not UTF-8, or out of bounds.
    }
  }

  /** The text that names the object: always the same for the same object. */
  public String format() {
    return SCHEME
        + bucket
        + "/"
        + encode(key, true)
        + versionId.map(version -> "?versionId=" + encode(version, false)).orElse("");
  }

  /**
   * Whether a part of the key is {@code .} or {@code ..}: with buckets in the path of addresses,
   * what stands between here and the store may take such a key for a way into another bucket.
   */
  boolean hasDotSegments() {
    return ("/" + key + "/").contains("/./") || ("/" + key + "/").contains("/../");
  }

  private static String encode(String text, boolean slashes) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : bytes(text)) {
      char character = (char) (each & 0xff);
      if (isUnreserved(character) || (slashes && character == '/')) {
        encoded.append(character);
      } else {
        encoded.append('%').append(HEX.toHexDigits(each));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  private static String decode(String encoded) throws CharacterCodingException {
    ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char character = encoded.charAt(i);
      if (character == '%') {
        bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
        i += 2;
      } else {
        bytes.put((byte) character);
      }
    }
    return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
  }

  /**
   * Unlike {@link String#getBytes}, refuses halves of surrogate pairs instead of replacing them.
   */
  private static byte[] bytes(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("s3 name: not Unicode (expected: whole characters)", e);
    }
  }

  @Override
  public String toString() {
    return format();
  }
}
