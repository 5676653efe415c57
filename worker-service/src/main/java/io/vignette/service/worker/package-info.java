/**
 * The worker as a process of its own: which engine it has.
 *
 * <p>Allowed dependencies: {@code io.vignette.service.memory}, {@code io.vignette.worker.engine}
 * and its adapters, {@code io.vignette.models}, CDI, Micrometer, SmallRye Config.
 */
@NullMarked
package io.vignette.service.worker;

import org.jspecify.annotations.NullMarked;
