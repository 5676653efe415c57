package io.vignette.worker.engine.triton;

import io.vignette.worker.engine.EngineHealth;
import org.jboss.logging.Logger;

/**
 * Says why the engine is not ready yet; once it was, the worker's own log says what changes.
 *
 * <p>Thread-safe.
 */
public final class TritonLog implements TritonListener {
  private static final Logger LOG = Logger.getLogger("io.vignette.worker");

  private volatile boolean wasReady;

  @Override
  public void changed(EngineHealth health) {
    if (health.isReady()) {
      wasReady = true;
    } else if (!wasReady && health.state() != EngineHealth.State.CLOSED) {
      LOG.warnf("CAP-1012 engine not ready yet: %s", health.detail());
    }
  }
}
