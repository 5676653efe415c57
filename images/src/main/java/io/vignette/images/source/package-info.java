/**
 * Where encoded images come from: the job itself, a blob store, or the web under an address policy.
 *
 * <p>Allowed dependencies: {@code io.vignette.images}, {@code io.vignette.proto.v1}, {@code
 * io.vignette.wire}, Apache HttpClient.
 */
@NullMarked
package io.vignette.images.source;

import org.jspecify.annotations.NullMarked;
