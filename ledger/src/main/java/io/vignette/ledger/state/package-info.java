/**
 * The job's state machine: a pure fold of its events, shared by everyone who needs a job's state.
 *
 * <p>Allowed dependencies: {@code io.vignette.proto}, {@code io.vignette.wire}, Protobuf. No Kafka,
 * no clock, no framework.
 */
@NullMarked
package io.vignette.ledger.state;

import org.jspecify.annotations.NullMarked;
