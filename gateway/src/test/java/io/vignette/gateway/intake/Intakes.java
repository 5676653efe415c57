package io.vignette.gateway.intake;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.models.InvalidModelException;
import io.vignette.models.ModelRepository;
import io.vignette.testkit.RepositoryFiles;
import java.util.Map;

/** Configurations of the intake, as an operator would write them. */
final class Intakes {
  private static final int ABOVE_ALL = 1000;

  private Intakes() {}

  static IntakeConfig config(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(IntakeConfig.class)
        .withSources(new PropertiesConfigSource(values, "test", ABOVE_ALL))
        .build()
        .getConfigMapping(IntakeConfig.class);
  }

  static Rules rules(Map<String, String> values) {
    return Rules.of(config(values).rules(), models());
  }

  static ModelRepository models() {
    try {
      return ModelRepository.load(RepositoryFiles.models());
    } catch (InvalidModelException e) {
      throw new IllegalStateException(e);
    }
  }
}
