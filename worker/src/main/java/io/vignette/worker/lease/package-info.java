/**
 * Time-limited rights to work on jobs: the port {@code JobSource} and its share-group adapter.
 *
 * <p>Allowed dependencies: {@code io.vignette.wire}, {@code io.vignette.records}, {@code
 * io.vignette.proto.v1}, Kafka's clients, SmallRye Config's annotations.
 */
@NullMarked
package io.vignette.worker.lease;

import org.jspecify.annotations.NullMarked;
