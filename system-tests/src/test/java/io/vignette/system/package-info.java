/**
 * Tests of the deployed system, from the outside.
 *
 * <p>Allowed dependencies: testkit, {@code io.vignette.wire}, Kafka's clients, Jackson.
 */
@NullMarked
package io.vignette.system;

import org.jspecify.annotations.NullMarked;
