package io.vignette.testkit.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class NeedsTritonTest {

  private static final Optional<String> PROBLEM = Optional.of("no Python 3.11");

  @Test
  void runsWhereTritonIsInstalled() {
    assertThat(NeedsTritonCondition.decide(Optional.empty(), true).isDisabled()).isFalse();
  }

  @Test
  void skipsWithTheReasonWhereItIsNot() {
    var decision = NeedsTritonCondition.decide(PROBLEM, false);

    assertThat(decision.isDisabled()).isTrue();
    assertThat(decision.getReason()).hasValueSatisfying(r -> assertThat(r).contains("Python"));
  }

  @Test
  void failsWhereNothingMayBeSkipped() {
    assertThatThrownBy(() -> NeedsTritonCondition.decide(PROBLEM, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no Python 3.11");
  }
}
