package io.vignette.worker.engine;

/**
 * An answer as the language model wrote it.
 *
 * @param tokenIds generated tokens, the ending one included where there is one; not to be changed
 *     by anyone
 * @param score mean log-probability of the generated tokens; at most 0, never NaN
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of answers is never asked for.
public record GeneratedText(long[] tokenIds, double score) {}
