/**
 * Makes jobs of image events: CloudEvents and S3 notifications on a Kafka topic.
 *
 * <p>Allowed dependencies: {@code submission}, {@code config}, {@code json}, the gateway's life
 * cycle, {@code io.vignette.kafka}, {@code io.vignette.models}, {@code io.vignette.records},
 * references to S3 objects, Kafka's clients, the CloudEvents SDK, Jackson, Micrometer.
 */
@NullMarked
package io.vignette.gateway.intake;

import org.jspecify.annotations.NullMarked;
