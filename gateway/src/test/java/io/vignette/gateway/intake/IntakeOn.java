package io.vignette.gateway.intake;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway with an intake. */
public final class IntakeOn implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "vignette.intake.topic", "${test.topics.prefix}.image.events",
        "vignette.intake.unmatched", "dead",
        "vignette.intake.rules[0].match.bucket", "photos",
        "vignette.intake.rules[0].match.prefix", "cats/",
        "vignette.intake.rules[0].prompts[0].text", "What cat is it?",
        "vignette.intake.rules[1].match.type", "example.*",
        "vignette.intake.rules[1].priority", "interactive",
        "vignette.intake.rules[1].metadata.from", "shop");
  }
}
