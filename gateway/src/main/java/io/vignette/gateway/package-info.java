/**
 * The gateway: takes images in, answers for jobs, hosts the ledger. This package only joins the
 * others into one life cycle.
 *
 * <p>Allowed dependencies: {@code topics}, {@code ledger}, {@code status}, {@code chores}, {@code
 * io.vignette.kafka}, Quarkus' start and stop events.
 */
@NullMarked
package io.vignette.gateway;

import org.jspecify.annotations.NullMarked;
