package io.vignette.service;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceBeansTest {

  @TempDir Path folder;

  @Test
  void aModelFolderThatIsMissingIsNamedByItsKeyAndNothingElse() {
    Path missing = folder.resolve("none");

    assertThatThrownBy(() -> new ServiceBeans().models(new FixedModels(missing)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("vignette.models.folder: " + missing + ": ")
        .hasNoCause();
  }

  private record FixedModels(Path folder) implements ModelsConfig {

    @Override
    public Optional<String> defaultName() {
      return Optional.empty();
    }

    @Override
    public Optional<String> remote() {
      return Optional.empty();
    }
  }
}
