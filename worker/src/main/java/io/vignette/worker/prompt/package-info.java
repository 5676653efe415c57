/**
 * Prompts to token ids and answers back to text, by the model's own tokenizer and templates.
 *
 * <p>Allowed dependencies: {@code io.vignette.models}, {@code io.vignette.wire}, {@code
 * io.vignette.proto.v1}, {@code engine}, DJL's Hugging Face tokenizers.
 */
@NullMarked
package io.vignette.worker.prompt;

import org.jspecify.annotations.NullMarked;
