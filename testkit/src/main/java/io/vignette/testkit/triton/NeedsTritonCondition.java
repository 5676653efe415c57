package io.vignette.testkit.triton;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link NeedsTriton}. */
final class NeedsTritonCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return decide(
        TritonInstallation.get().problem(), System.getenv("VIGNETTE_SKIP_NOTHING") != null);
  }

  static ConditionEvaluationResult decide(Optional<String> problem, boolean skipNothing) {
    if (problem.isEmpty()) {
      return ConditionEvaluationResult.enabled("Triton is installed");
    }
    String reason = "Triton is not installed (expected: installed): " + problem.get();
    if (skipNothing) {
      throw new IllegalStateException(reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }
}
