package io.vignette.worker.pipeline;

import io.vignette.proto.v1.ImageReference;
import java.time.Duration;

/**
 * One job's wait for an image of somebody's server. Thread-safe.
 *
 * <pre>
 *   new ──begin()──► WAITING ──came(), end()──► OVER
 * </pre>
 */
final class ImageWait {
  private final SlowServers servers;
  private final ImageReference image;
  private boolean hasPlace;
  private boolean over;

  ImageWait(SlowServers servers, ImageReference image) {
    this.servers = servers;
    this.image = image;
  }

  Duration patience() {
    return servers.patience();
  }

  /** Whether the job may wait: not if its server is slow and enough jobs wait for such servers. */
  synchronized boolean begin() {
    if (servers.isSlow(image)) {
      hasPlace = servers.admit(image);
      over = !hasPlace;
    }
    return !over;
  }

  /** The patience is over: whether the job may go on waiting, or has its image. */
  synchronized boolean goOn() {
    if (over) {
      return true;
    }
    servers.note(image);
    if (!hasPlace) {
      hasPlace = servers.admit(image);
    }
    return hasPlace;
  }

  /** The image is here. */
  void came() {
    servers.sent(image);
    end();
  }

  /** Nobody waits any more. Idempotent. */
  synchronized void end() {
    over = true;
    if (hasPlace) {
      hasPlace = false;
      servers.leave(image);
    }
  }
}
