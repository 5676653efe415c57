/**
 * The table of jobs: the fold of all job events, kept in memory for look-ups.
 *
 * <p>Allowed dependencies: {@code io.vignette.ledger.state}, {@code io.vignette.kafka}, {@code
 * io.vignette.records}, Kafka's clients.
 */
@NullMarked
package io.vignette.gateway.status;

import org.jspecify.annotations.NullMarked;
