package io.vignette.gateway.ledger;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway with results as JSON too. */
public final class JsonResultsOn implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("vignette.ledger.json-results", "true");
  }
}
