/**
 * Brings delayed jobs back to the topics they came from once they are due.
 *
 * <p>Allowed dependencies: {@code outcome} (its port to job topics), {@code lease} (what an
 * unreadable record is), {@code loop}, {@code io.vignette.wire}, {@code io.vignette.records},
 * Kafka's clients.
 */
@NullMarked
package io.vignette.worker.delay;

import org.jspecify.annotations.NullMarked;
