/**
 * How attempts end, and the records that say so.
 *
 * <p>Allowed dependencies: {@code lease}, {@code io.vignette.wire}, {@code io.vignette.records},
 * {@code io.vignette.proto.v1}; the adapters to the channels alone: SmallRye Reactive Messaging,
 * CDI.
 */
@NullMarked
package io.vignette.worker.outcome;

import org.jspecify.annotations.NullMarked;
