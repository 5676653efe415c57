/**
 * Forgets uploaded pictures that no result can need any more.
 *
 * <p>Allowed dependencies: {@code chores}, the configuration of {@code submission}, {@code topics},
 * {@code io.vignette.images}.
 */
@NullMarked
package io.vignette.gateway.blobs;

import org.jspecify.annotations.NullMarked;
