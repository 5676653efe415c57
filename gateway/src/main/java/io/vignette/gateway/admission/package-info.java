/**
 * Decides whether a job is taken: plain rules on a job, before anything is written.
 *
 * <p>Allowed dependencies: {@code io.vignette.proto}, {@code io.vignette.wire}, {@code
 * io.vignette.records}, {@code io.vignette.models}. No framework.
 */
@NullMarked
package io.vignette.gateway.admission;

import org.jspecify.annotations.NullMarked;
