package io.vignette.gateway.queue;

import java.time.Duration;

/**
 * Why the queue takes no more.
 *
 * @param message one sentence that names the value and what was expected
 * @param retryAfter when there may be room, in whole seconds from 1
 */
public record QueueFull(String message, Duration retryAfter) {}
