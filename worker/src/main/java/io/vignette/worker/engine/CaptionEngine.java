package io.vignette.worker.engine;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * A model server, in this process or behind a network.
 *
 * <pre>
 *   new ──start()──► STARTING ──► READY ◄──► UNAVAILABLE
 *                        │          │             │
 *                        └──────► FAILED          └──close()──► CLOSED (from any state)
 * </pre>
 *
 * <p>Thread-safe. It keeps no queue of its own beyond what it was given: whoever calls bounds the
 * batches in flight. Batches complete in any order.
 */
public interface CaptionEngine extends AutoCloseable {

  /** Begins loading or connecting and returns at once. Repeated calls have no effect. */
  void start();

  /**
   * Completes when batches can be inferred; exceptionally, with an {@link InferenceFailure}, when
   * that will never be.
   */
  CompletionStage<Void> ready();

  /**
   * Batches worth sending at once: what computes, and what is to follow without a gap. Two, unless
   * the engine answers many at once.
   */
  default int inFlightMax() {
    return 2;
  }

  /** Of those, how many are computed at the same time, from 1. */
  default int concurrency() {
    return 1;
  }

  /**
   * Whether the engine computes in this process: only then can an image that is being inferred take
   * the process down.
   */
  default boolean isInProcess() {
    return false;
  }

  /** How the engine does now. Never blocks. */
  EngineHealth health();

  /**
   * Infers a batch. Never blocks and never throws for a reason that lies in the batch or the
   * engine: those are failures of the items.
   *
   * @param batch at most {@code model.maxBatchSize()} items
   * @param deadline after which nobody wants an answer: work not begun is dropped, work begun is
   *     cut short where the engine can
   */
  InferenceCall infer(InferenceBatch batch, Instant deadline);

  /**
   * Fails what is in flight with {@link InferenceFailure.Kind#UNAVAILABLE}, waits for running work
   * to end and frees the models. Repeated calls have no effect.
   */
  @Override
  void close();
}
