package io.vignette.worker.engine;

/**
 * A prompt as the language model reads it.
 *
 * @param tokenIds unpadded; may be empty; not to be changed by anyone
 * @param maxNewTokens most tokens of the answer; at least 1, at most the model's {@code
 *     maxNewTokens()}
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of prompts is never asked for.
public record EncodedPrompt(long[] tokenIds, int maxNewTokens) {}
