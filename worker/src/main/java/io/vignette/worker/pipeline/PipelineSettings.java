package io.vignette.worker.pipeline;

import io.vignette.records.JobLimits;
import java.time.Duration;

/**
 * Bounds of an attempt.
 *
 * @param attemptBudget longest attempt; cut to three quarters of a lease that is not longer
 * @param attemptsMax attempts after which a passing failure is final, from 1
 * @param deliveryLimit deliveries after which the broker drops a record, from 2
 * @param jobs how much a job may ask for, as gateways have it
 */
public record PipelineSettings(
    Duration attemptBudget, int attemptsMax, int deliveryLimit, JobLimits jobs) {
  public PipelineSettings {
    if (!attemptBudget.isPositive()) {
      throw new IllegalArgumentException(
          "attempt budget: %s (expected: more than 0)".formatted(attemptBudget));
    }
    require("attempts max", attemptsMax, 1);
    require("delivery limit", deliveryLimit, 2);
  }

  private static void require(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at least %d)".formatted(what, value, least));
    }
  }
}
