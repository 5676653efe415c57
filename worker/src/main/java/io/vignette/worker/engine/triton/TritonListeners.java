package io.vignette.worker.engine.triton;

import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Duration;
import java.util.List;

/** Several listeners as one, told in order. */
public record TritonListeners(List<TritonListener> all) implements TritonListener {
  public TritonListeners {
    all = List.copyOf(all);
  }

  @Override
  public void called(Step step, int rows) {
    all.forEach(one -> one.called(step, rows));
  }

  @Override
  public void answered(Step step, int rows, Duration took) {
    all.forEach(one -> one.answered(step, rows, took));
  }

  @Override
  public void failed(Step step, InferenceFailure.Kind kind, Duration took) {
    all.forEach(one -> one.failed(step, kind, took));
  }

  @Override
  public void generated(int pictures, int tokens) {
    all.forEach(one -> one.generated(pictures, tokens));
  }

  @Override
  public void featuresReused(int pictures) {
    all.forEach(one -> one.featuresReused(pictures));
  }

  @Override
  public void changed(EngineHealth health) {
    all.forEach(one -> one.changed(health));
  }
}
