/**
 * The engine inside this process: the repository's ONNX graphs on ONNX Runtime.
 *
 * <p>Allowed dependencies: {@code engine}, {@code engine.rows}, {@code io.vignette.models}, ONNX
 * Runtime.
 */
@NullMarked
package io.vignette.worker.engine.onnx;

import org.jspecify.annotations.NullMarked;
