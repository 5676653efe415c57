/**
 * A one-node Kafka broker inside the JVM.
 *
 * <p>Allowed dependencies: Kafka's server and its clients.
 */
@NullMarked
package io.vignette.broker;

import org.jspecify.annotations.NullMarked;
