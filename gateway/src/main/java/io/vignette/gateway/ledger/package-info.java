/**
 * Hosts the ledger in the gateway's process.
 *
 * <p>Allowed dependencies: {@code io.vignette.ledger.topology}, {@code chores}, {@code
 * io.vignette.wire}, Kafka's admin client.
 */
@NullMarked
package io.vignette.gateway.ledger;

import org.jspecify.annotations.NullMarked;
