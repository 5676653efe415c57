/**
 * From an encoded picture to pixels: what the bytes are, whether they are worth decoding, and the
 * decoding itself.
 *
 * <p>Each format has one class. It walks the file's own structure first (type, size, orientation,
 * completeness) and hands the decoder only what is needed to decode, so that broken or hostile
 * extras never reach it.
 *
 * <p>Allowed dependencies: {@code io.vignette.images}, {@code io.vignette.wire}, Java's Image I/O,
 * TwelveMonkeys' WebP reader, the operating system's libturbojpeg.
 */
@NullMarked
package io.vignette.images.codec;

import org.jspecify.annotations.NullMarked;
