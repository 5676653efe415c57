/**
 * What happens to a leased job: checks, preparation, batch, answer, outcome.
 *
 * <p>Allowed dependencies: {@code lease} (its model), {@code preparation}, {@code prompt}, {@code
 * batch}, {@code engine}, {@code outcome}, {@code io.vignette.models}, {@code io.vignette.images},
 * {@code io.vignette.wire}, {@code io.vignette.records}, {@code io.vignette.proto.v1}; its
 * configuration alone: SmallRye Config.
 */
@NullMarked
package io.vignette.worker.pipeline;

import org.jspecify.annotations.NullMarked;
