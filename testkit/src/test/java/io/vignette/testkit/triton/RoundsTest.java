package io.vignette.testkit.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundsTest {

  @Test
  void takesTheNumberAsItIs() {
    assertThat(Rounds.count("20")).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "", "many", "10000"})
  void refusesWhatIsNoNumberOfRounds(String text) {
    assertThatThrownBy(() -> Rounds.count(text))
        .hasMessage("vignette.triton.rounds: " + text + " (expected: 1 to 9999)");
  }
}
