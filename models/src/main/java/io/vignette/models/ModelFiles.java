package io.vignette.models;

import java.nio.file.Path;

/**
 * A model's files in the repository.
 *
 * @param visionEncoder graph of the vision encoder, ONNX or TensorRT plan
 * @param llm graph of the language model, ONNX or TensorRT plan
 * @param tokenizer {@code tokenizer.json}
 */
public record ModelFiles(Path visionEncoder, Path llm, Path tokenizer) {}
