package io.vignette.worker.pipeline;

import io.vignette.proto.v1.ImageReference;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
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
 * slow if an image did not come within the lane's patience, and stays so for a while. Its jobs then
 * need one of few {@linkplain #admit places}, of which one server gets half of those that are free;
 * who gets none gives way to others. Thread-safe. Remembers {@value #HOSTS_MAX} servers.
 */
final class SlowServers {
  static final int HOSTS_MAX = 1000;
  private static final Duration SILENCE_KEPT = Duration.ofMinutes(10);

  private final Settings settings;
  private final LongSupplier nanos;

  /** By host, the one that was slow longest ago first. */
  private final LinkedHashMap<String, Server> slow = new LinkedHashMap<>();

  /** Jobs that have a place, by host. */
  private final Map<String, Integer> waiting = new HashMap<>();

  private int free;

  /**
   * @param patience longest wait for an image before its server is slow
   * @param remembered for how long it is slow then; longer than a fetch takes, or a server that
   *     hangs is forgotten while jobs wait for it
   * @param places jobs that may wait for slow servers at a time, from 0
   */
  record Settings(Duration patience, Duration remembered, int places) {}

  /**
   * @param slowAt when an image of it last failed to come in time
   * @param silentSince when the first failed to come since it last sent one; empty = none has
   */
  private record Server(long slowAt, Optional<Long> silentSince) {}

  /**
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  SlowServers(Settings settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
    this.free = settings.places();
  }

  Duration patience() {
    return settings.patience();
  }

  /** Whether the image comes from somebody's server, which may be slow. */
  static boolean isRemote(ImageReference image) {
    return image.hasUrl();
  }

  /** Its image did not come in time. */
  synchronized void note(ImageReference image) {
    long now = nanos.getAsLong();
    hostOf(image)
        .ifPresent(
            host -> {
              Optional<Long> silent =
                  Optional.ofNullable(slow.get(host)).flatMap(Server::silentSince);
              slow.putLast(host, new Server(now, silent.or(() -> Optional.of(now))));
              if (slow.size() > HOSTS_MAX) {
                slow.pollFirstEntry();
              }
            });
  }

  /** An image came from this server. */
  synchronized void sent(ImageReference image) {
    hostOf(image)
        .ifPresent(
            host ->
                slow.computeIfPresent(
                    host, (name, server) -> new Server(server.slowAt(), Optional.empty())));
  }

  synchronized boolean isSlow(ImageReference image) {
    forgetOld();
    return hostOf(image)
        .map(slow::get)
        .filter(server -> isWithin(settings.remembered(), server.slowAt()))
        .isPresent();
  }

  /**
   * Whether a server has sent nothing for longer than it is slow for. Jobs that gave way come back
   * later than that, so what is known of silence is kept for longer.
   */
  synchronized boolean isSilent(ImageReference image) {
    return hostOf(image)
        .map(slow::get)
        .flatMap(Server::silentSince)
        .filter(since -> !isWithin(settings.remembered(), since))
        .isPresent();
  }

  private void forgetOld() {
    Map.@Nullable Entry<String, Server> oldest = slow.firstEntry();
    while (oldest != null && !isWithin(SILENCE_KEPT, oldest.getValue().slowAt())) {
      slow.pollFirstEntry();
      oldest = slow.firstEntry();
    }
  }

  private boolean isWithin(Duration time, long then) {
    return nanos.getAsLong() - then <= time.toNanos();
  }

  /** Whether one more may wait for this server; whoever was admitted {@linkplain #leave leaves}. */
  synchronized boolean admit(ImageReference image) {
    String host = hostOf(image).orElse("");
    int ofHost = waiting.getOrDefault(host, 0);
    if (free == 0 || ofHost > 0 && ofHost >= free) {
      return false;
    }
    waiting.put(host, ofHost + 1);
    free--;
    return true;
  }

  synchronized void leave(ImageReference image) {
    waiting.computeIfPresent(
        hostOf(image).orElse(""), (host, count) -> count == 1 ? null : count - 1);
    free++;
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
