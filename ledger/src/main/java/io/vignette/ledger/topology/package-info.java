/**
 * The ledger: the fold of job events as an exactly-once Kafka Streams topology, the only writer of
 * results, status and dead.
 *
 * <p>Allowed dependencies: {@code io.vignette.ledger.state}, {@code io.vignette.proto}, {@code
 * io.vignette.wire}, {@code io.vignette.records}, {@code io.vignette.kafka}, Kafka clients and
 * Streams, Protobuf's JSON, SLF4J.
 */
@NullMarked
package io.vignette.ledger.topology;

import org.jspecify.annotations.NullMarked;
