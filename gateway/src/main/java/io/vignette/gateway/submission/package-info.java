/**
 * Takes a request in: names the job, stores its image, writes job and event, confirmed.
 *
 * <p>Allowed dependencies: {@code admission}, {@code status}, {@code io.vignette.images}, SmallRye
 * Messaging.
 */
@NullMarked
package io.vignette.gateway.submission;

import org.jspecify.annotations.NullMarked;
