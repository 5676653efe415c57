package io.vignette.worker.preparation;

/**
 * A picture as the engine takes it, and what it cost.
 *
 * @param picture in the form asked for; not to be changed by anyone
 * @param cpuNanos processor time of decoding and resizing
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of pictures is never asked for.
public record PreparedImage(
    byte[] picture, long fetchNanos, long decodeNanos, long resizeNanos, long cpuNanos) {}
