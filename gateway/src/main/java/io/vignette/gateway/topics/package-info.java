/**
 * Creates or verifies the topics and share groups before anybody uses them.
 *
 * <p>Allowed dependencies: {@code io.vignette.wire}, Kafka's admin client.
 */
@NullMarked
package io.vignette.gateway.topics;

import org.jspecify.annotations.NullMarked;
