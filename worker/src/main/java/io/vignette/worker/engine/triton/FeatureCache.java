package io.vignette.worker.engine.triton;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Image features of pictures that were asked about lately, so that a further question needs no
 * encoder.
 *
 * <p>Thread-safe. Holds at most {@code bytesMax} bytes of features; the least recently used go
 * first. Forgets a model's features when features of another version of its encoder come, and
 * everything when the server was away. An encoder that is replaced under the same version number
 * while the server stays ready is not noticed.
 */
final class FeatureCache {
  private record Key(String model, PictureHash picture) {}

  private final long bytesMax;
  // Guarded by this.
  private final Map<Key, ByteString> features = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, String> versions = new LinkedHashMap<>();
  private long bytes;

  FeatureCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  synchronized boolean isEmpty() {
    return features.isEmpty();
  }

  synchronized Optional<ByteString> find(String model, PictureHash picture) {
    return Optional.ofNullable(features.get(new Key(model, picture)));
  }

  /**
   * Keeps a picture's features, if they fit at all.
   *
   * @param encoderVersion of the encoder that made them
   */
  synchronized void keep(
      String model, String encoderVersion, PictureHash picture, ByteString made) {
    if (!encoderVersion.equals(versions.put(model, encoderVersion))) {
      forget(model);
    }
    if (made.size() > bytesMax) {
      return;
    }
    ByteString before = features.put(new Key(model, picture), made);
    bytes += made.size() - (before == null ? 0 : before.size());
    evict();
  }

  private void evict() {
    Iterator<ByteString> oldest = features.values().iterator();
    while (bytes > bytesMax) {
      bytes -= oldest.next().size();
      oldest.remove();
    }
  }

  private void forget(String model) {
    features.keySet().removeIf(key -> key.model().equals(model));
    bytes = features.values().stream().mapToLong(ByteString::size).sum();
  }

  /** Forgets everything: another encoder may be there. */
  synchronized void clear() {
    features.clear();
    versions.clear();
    bytes = 0;
  }

  synchronized long bytes() {
    return bytes;
  }
}
