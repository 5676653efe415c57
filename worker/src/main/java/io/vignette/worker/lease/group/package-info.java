/**
 * Jobs from Kafka consumer groups: a book of offsets for each partition, so that jobs may end in
 * any order.
 *
 * <p>Allowed dependencies: {@code proto}, {@code wire}, {@code worker.lease}.
 */
@NullMarked
package io.vignette.worker.lease.group;

import org.jspecify.annotations.NullMarked;
