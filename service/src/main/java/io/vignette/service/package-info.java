/**
 * What gateway and worker ask for, made from the configuration of a process of its own.
 *
 * <p>Allowed dependencies: {@code io.vignette.wire}, {@code io.vignette.models}, {@code
 * io.vignette.images}, CDI, SmallRye Config.
 */
@NullMarked
package io.vignette.service;

import org.jspecify.annotations.NullMarked;
