package io.vignette.gateway.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * Where a waiting job may be. An estimate: jobs are leased in parallel and may overtake each other.
 *
 * @param position from 1 = next
 * @param untilTurn at the pace of the last seconds; empty = nothing has moved in them
 */
public record QueueEstimate(long position, Optional<Duration> untilTurn) {}
