package io.vignette.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequirementTest {

  private static final Optional<String> PROBLEM = Optional.of("no Python 3.11");

  @Test
  void runsWhereItIsMet() {
    assertThat(Requirement.decide("Triton", Optional.empty(), true).isDisabled()).isFalse();
  }

  @Test
  void skipsWithTheReasonWhereItIsNot() {
    var decision = Requirement.decide("Triton", PROBLEM, false);

    assertThat(decision.isDisabled()).isTrue();
    assertThat(decision.getReason()).contains("Triton can't be used: no Python 3.11");
  }

  @Test
  void failsWhereNothingMayBeSkipped() {
    assertThatThrownBy(() -> Requirement.decide("Triton", PROBLEM, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no Python 3.11");
  }
}
