/**
 * What may stand in records that somebody else wrote: the limits and rules of jobs, the same for
 * gateways and workers, and the readers that let nothing past them that cannot be used.
 *
 * <p>Allowed dependencies: {@code io.vignette.wire}, {@code io.vignette.proto.v1}, Protobuf.
 */
@NullMarked
package io.vignette.records;

import org.jspecify.annotations.NullMarked;
