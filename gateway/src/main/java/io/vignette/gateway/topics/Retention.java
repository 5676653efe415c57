package io.vignette.gateway.topics;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** How long Kafka keeps what jobs leave behind. */
@FunctionalInterface
public interface Retention {

  /**
   * The longest that a result or a dead job may stay on its topic; empty = for ever. Blocks.
   *
   * @throws ExecutionException if Kafka cannot be asked
   */
  Optional<Duration> longest() throws InterruptedException, ExecutionException;
}
