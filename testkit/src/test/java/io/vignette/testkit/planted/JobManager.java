package io.vignette.testkit.planted;

/** A banned name and a mutable static. */
public final class JobManager {
  static int count = 1;

  private JobManager() {}
}
