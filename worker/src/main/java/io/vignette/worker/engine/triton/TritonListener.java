package io.vignette.worker.engine.triton;

import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Duration;

/** Hears what happens between worker and server. Called by any thread; must not block or throw. */
public interface TritonListener {

  /** A listener that does nothing. */
  TritonListener NONE = new TritonListener() {};

  /** A call was sent; {@link #answered} or {@link #failed} follows. */
  default void called(Step step, int rows) {}

  /** A call came back with an answer. */
  default void answered(Step step, int rows, Duration took) {}

  /** A call came to nothing. */
  default void failed(Step step, InferenceFailure.Kind kind, Duration took) {}

  /** A batch's pictures have their answers. */
  default void generated(int pictures, int tokens) {}

  /** Pictures needed no encoder, as their features were still there. */
  default void featuresReused(int pictures) {}

  /** The engine's health is another, or has another cause. */
  default void changed(EngineHealth health) {}
}
