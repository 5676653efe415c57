/**
 * The model repository on disk: which models there are, what they accept, where their files lie.
 *
 * <p>Allowed dependencies: {@code io.vignette.proto.inference}, Protobuf's text format, SnakeYAML,
 * Jackson's streaming parser.
 */
@NullMarked
package io.vignette.models;

import org.jspecify.annotations.NullMarked;
