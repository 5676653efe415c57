package io.vignette.testkit;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

/**
 * What a test needs of the machine: without it the test is skipped, with the reason; where {@code
 * VIGNETTE_SKIP_NOTHING} is set it fails instead.
 */
public final class Requirement {
  private Requirement() {}

  /**
   * @param name such as "Docker"
   * @param problem why it can't be used; empty if it can
   */
  public static ConditionEvaluationResult decide(String name, Optional<String> problem) {
    return decide(name, problem, System.getenv("VIGNETTE_SKIP_NOTHING") != null);
  }

  static ConditionEvaluationResult decide(
      String name, Optional<String> problem, boolean skipNothing) {
    if (problem.isEmpty()) {
      return ConditionEvaluationResult.enabled(name + " can be used");
    }
    String reason = "%s can't be used: %s".formatted(name, problem.get());
    if (skipNothing) {
      throw new IllegalStateException(reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }
}
