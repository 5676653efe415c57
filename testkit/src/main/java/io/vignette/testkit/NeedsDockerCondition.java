package io.vignette.testkit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link NeedsDocker}. */
final class NeedsDockerCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> problem =
        problemOf(List.of("docker", "version"))
            .or(() -> problemOf(List.of("docker", "compose", "version")));
    return Requirement.decide("Docker", problem);
  }

  private static Optional<String> problemOf(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int status = process.waitFor();
      return status == 0
          ? Optional.empty()
          : Optional.of(
              "%s ends with %d (expected: 0)".formatted(String.join(" ", command), status));
    } catch (IOException e) {
      return Optional.of(String.join(" ", command) + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
