package io.vignette.worker.preparation;

/**
 * Pixels as the engine takes them, and what they cost.
 *
 * @param pixels height × width × 3 bytes, RGB; not to be changed by anyone
 * @param cpuNanos processor time of decoding and resizing
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of pictures is never asked for.
public record PreparedImage(
    byte[] pixels, long fetchNanos, long decodeNanos, long resizeNanos, long cpuNanos) {}
