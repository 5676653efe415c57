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
 * Image servers that were slow of late, as the jobs of one lane see them, and how many of these
 * jobs may wait for them at a time.
 *
 * <p>A lane has few leases: an image that does not come holds up all jobs behind it. A server is
 * slow if an image did not come within the lane's {@linkplain #patience() patience}, and stays so
 * for ten seconds. Its jobs then need one of few {@linkplain #admit places}; who gets none gives
 * way to others. Thread-safe. Remembers {@value #HOSTS_MAX} servers.
 */
final class SlowServers {
  static final int HOSTS_MAX = 1000;
  private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();

  /** Longer than a fetch takes: a server with images under way is not silent. */
  private static final long SILENT_NANOS = Duration.ofSeconds(30).toNanos();

  private final Duration patience;
  private final LongSupplier nanos;
  private int places;

  /** By host, the one that was slow longest ago first. */
  private final LinkedHashMap<String, Server> slow = new LinkedHashMap<>();

  /**
   * @param slowAt when an image of it last failed to come in time
   * @param sentAt when it last sent an image since it became slow; empty = never
   */
  private record Server(long slowAt, Optional<Long> sentAt) {}

  /**
   * @param patience longest wait for an image before its server is slow
   * @param places jobs that may wait for slow servers at a time, from 0
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  SlowServers(Duration patience, int places, LongSupplier nanos) {
    this.patience = patience;
    this.places = places;
    this.nanos = nanos;
  }

  Duration patience() {
    return patience;
  }

  /** Whether the image comes from somebody's server, which may be slow. */
  static boolean isRemote(ImageReference image) {
    return image.hasUrl();
  }

  /** Its image did not come in time. */
  synchronized void note(ImageReference image) {
    Optional<String> host = hostOf(image);
    if (host.isEmpty()) {
      return;
    }
    Server before = slow.get(host.get());
    slow.putLast(
        host.get(),
        new Server(nanos.getAsLong(), before == null ? Optional.empty() : before.sentAt()));
    if (slow.size() > HOSTS_MAX) {
      slow.pollFirstEntry();
    }
  }

  /** An image came from this server. */
  synchronized void sent(ImageReference image) {
    hostOf(image)
        .ifPresent(
            host ->
                slow.computeIfPresent(
                    host,
                    (name, server) -> new Server(server.slowAt(), Optional.of(nanos.getAsLong()))));
  }

  synchronized boolean isSlow(ImageReference image) {
    Map.@Nullable Entry<String, Server> oldest = slow.firstEntry();
    while (oldest != null && nanos.getAsLong() - oldest.getValue().slowAt() > REMEMBERED_NANOS) {
      slow.pollFirstEntry();
      oldest = slow.firstEntry();
    }
    return hostOf(image).filter(slow::containsKey).isPresent();
  }

  /** Whether a slow server has sent nothing for half a minute: it may never come back. */
  synchronized boolean isSilent(ImageReference image) {
    return hostOf(image)
        .map(slow::get)
        .filter(
            server ->
                server.sentAt().filter(sent -> nanos.getAsLong() - sent <= SILENT_NANOS).isEmpty())
        .isPresent();
  }

  /**
   * Whether one more may wait for a slow server; whoever was admitted {@linkplain #leave leaves}.
   */
  synchronized boolean admit() {
    if (places == 0) {
      return false;
    }
    places--;
    return true;
  }

  synchronized void leave() {
    places++;
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
