package io.vignette.gateway.submission;

import io.vignette.proto.v1.Prompt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * SHA-256 over what a client asked for, so that two requests under one idempotency key can be told
 * to be the same or not.
 *
 * <p>Covers everything that changes the answer or its delivery, by content: an uploaded picture by
 * its bytes, not by where it was stored. Every part is preceded by its length, so that no two
 * requests run together.
 */
final class Fingerprint {
  private final MessageDigest digest = sha256();

  private Fingerprint() {}

  /**
   * The fingerprint of a request, lower-case hex.
   *
   * @param image what identifies the picture: its SHA-256, or its URL or reference
   */
  static String of(CaptionRequest request, String model, String image) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(image);
    fingerprint.add(model);
    fingerprint.add(request.clientReference());
    fingerprint.add(request.generation().toByteArray());
    fingerprint.add(request.priority().name());
    fingerprint.add(request.timeToLive().map(Duration::toString).orElse(""));
    fingerprint.add(Integer.toString(request.prompts().size()));
    for (Prompt prompt : request.prompts()) {
      fingerprint.add(prompt.getKind().name());
      fingerprint.add(prompt.getText());
    }
    new TreeMap<>(request.metadata())
        .forEach(
            (key, value) -> {
              fingerprint.add(key);
              fingerprint.add(value);
            });
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  /** SHA-256 of a file, lower-case hex. */
  static String ofBytes(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
    digest.update(part);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is required of every Java platform", e);
    }
  }
}
