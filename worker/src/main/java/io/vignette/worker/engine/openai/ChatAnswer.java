package io.vignette.worker.engine.openai;

/**
 * What the model wrote.
 *
 * @param text not blank, without space around it; no control characters but line breaks and tabs
 * @param isComplete whether the model ended by itself; else the limit of tokens cut it short
 * @param promptTokens tokens of the question, the picture's included; 0 if the server doesn't say
 * @param outputTokens tokens of the answer; 0 if the server doesn't say
 */
record ChatAnswer(String text, boolean isComplete, int promptTokens, int outputTokens) {}
