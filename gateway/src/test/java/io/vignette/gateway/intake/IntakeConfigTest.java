package io.vignette.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.vignette.gateway.intake.IntakeConfig.Unmatched;
import io.vignette.gateway.intake.IntakeConfig.Urgency;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeConfigTest {

  @Test
  void itIsOffUnlessATopicIsNamed() {
    IntakeConfig config = Intakes.config(Map.of());

    assertThat(config.topic()).isEmpty();
    assertThat(config.inFlightMax()).isEqualTo(64);
    assertThat(config.unmatched()).isEqualTo(Unmatched.IGNORE);
    assertThat(config.rules()).isEmpty();
  }

  @Test
  void defaultsOfARule() {
    IntakeConfig.RuleConfig rule =
        Intakes.config(Map.of("vignette.intake.rules[0].match.bucket", "b")).rules().getFirst();

    assertThat(rule.tenant()).isEqualTo("default");
    assertThat(rule.priority()).isEqualTo(Urgency.BULK);
    assertThat(rule.model()).isEmpty();
    assertThat(rule.prompts()).isEmpty();
    assertThat(rule.maxNewTokens()).isEmpty();
    assertThat(rule.deadline()).isEmpty();
    assertThat(rule.metadata()).isEmpty();
  }

  @Test
  void keysAreInKebabCase() {
    IntakeConfig config =
        Intakes.config(
            Map.of(
                "vignette.intake.topic", "image.events",
                "vignette.intake.in-flight-max", "7",
                "vignette.intake.unmatched", "dead",
                "vignette.intake.rules[0].match.media-type", "image/png"));

    assertThat(config.topic()).contains("image.events");
    assertThat(config.inFlightMax()).isEqualTo(7);
    assertThat(config.unmatched()).isEqualTo(Unmatched.DEAD);
    assertThat(config.rules().getFirst().match().mediaType()).contains("image/png");
  }

  @ParameterizedTest
  @CsvSource({
    "vignette.intake.unmatched, drop",
    "vignette.intake.in-flight-max, many",
    "vignette.intake.rules[0].priority, high",
    "vignette.intake.rules[0].prompts[0].kind, riddle",
    "vignette.intake.rules[0].deadline, 0s",
    "vignette.intake.rules[0].max-new-tokens, few"
  })
  void wrongValueIsNamed(String key, String value) {
    assertThatThrownBy(() -> Intakes.config(Map.of(key, value)))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value);
  }
}
