/**
 * Takes a request in: names the job, stores its image, writes job and event, confirmed.
 *
 * <p>Allowed dependencies: {@code admission}, {@code presence}, {@code queue}, {@code status},
 * {@code io.vignette.images}, {@code io.vignette.kafka}, SmallRye Messaging.
 */
@NullMarked
package io.vignette.gateway.submission;

import org.jspecify.annotations.NullMarked;
