package io.vignette.worker.pipeline;

import io.vignette.proto.v1.ImageReference;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Servers of images that were slow of late.
 *
 * <p>Interactive jobs share few leases: an image that does not come holds up all that are behind
 * it. Who has waited for {@link #PATIENCE} goes on among bulk jobs, and so does, for ten seconds,
 * whoever wants an image of the same server. Thread-safe. Remembers {@value #HOSTS_MAX} servers.
 */
final class SlowServers {
  /** Longest wait of an interactive job for its image. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  static final int HOSTS_MAX = 1000;
  private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanos;

  /** By host, when it was slow last; the oldest first. */
  private final LinkedHashMap<String, Long> slow = new LinkedHashMap<>();

  /**
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  SlowServers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether the image comes from somebody's server, which may be slow. */
  static boolean isRemote(ImageReference image) {
    return image.hasUrl();
  }

  synchronized void note(ImageReference image) {
    hostOf(image)
        .ifPresent(
            host -> {
              slow.putLast(host, nanos.getAsLong());
              if (slow.size() > HOSTS_MAX) {
                slow.pollFirstEntry();
              }
            });
  }

  synchronized boolean isSlow(ImageReference image) {
    Map.@Nullable Entry<String, Long> oldest = slow.firstEntry();
    while (oldest != null && nanos.getAsLong() - oldest.getValue() > REMEMBERED_NANOS) {
      slow.pollFirstEntry();
      oldest = slow.firstEntry();
    }
    return hostOf(image).filter(slow::containsKey).isPresent();
  }

  /** Empty where the address is none: the fetch says so. */
  private static Optional<String> hostOf(ImageReference image) {
    try {
      return isRemote(image)
          ? Optional.ofNullable(URI.create(image.getUrl()).getAuthority())
              .map(authority -> authority.toLowerCase(Locale.ROOT))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
