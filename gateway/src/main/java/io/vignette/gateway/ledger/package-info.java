/**
 * Hosts the ledger in the gateway's process.
 *
 * <p>Allowed dependencies: {@code io.vignette.ledger.topology}.
 */
@NullMarked
package io.vignette.gateway.ledger;

import org.jspecify.annotations.NullMarked;
