/**
 * The beans and the order of starting and stopping that make one JVM of gateway, worker, ledger and
 * broker.
 *
 * <p>Allowed dependencies: gateway, worker, broker, images, models.
 */
@NullMarked
package io.vignette.standalone.composition;

import org.jspecify.annotations.NullMarked;
