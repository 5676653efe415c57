/**
 * The engine behind a network: a Triton Inference Server over gRPC.
 *
 * <p>Allowed dependencies: {@code engine}, {@code engine.rows}, {@code io.vignette.models}, {@code
 * io.vignette.proto.inference}, gRPC, Protobuf, Micrometer, JBoss Logging, SmallRye Config.
 */
@NullMarked
package io.vignette.worker.engine.triton;

import org.jspecify.annotations.NullMarked;
