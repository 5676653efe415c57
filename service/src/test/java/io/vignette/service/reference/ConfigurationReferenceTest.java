package io.vignette.service.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is committed about the configuration is what the mappings' sources say. */
class ConfigurationReferenceTest {
  private static final Path ROOT = RepositoryFiles.root();

  @Test
  void committedReferenceIsThatOfTheSources() throws IOException {
    assertCommitted("docs/configuration.md", reference().markdown());
  }

  @Test
  void committedKeysAreThoseOfTheSources() throws IOException {
    assertCommitted(
        "service/src/main/resources/io/vignette/service/keys/known-keys.txt", reference().keys());
  }

  private static Reference reference() throws IOException {
    try (InputStream head =
        ConfigurationReferenceTest.class.getResourceAsStream("configuration-head.md")) {
      return new Reference(
          new String(head.readAllBytes(), StandardCharsets.UTF_8),
          new MappingSources(ROOT).sections());
    }
  }

  private static void assertCommitted(String file, String expected) throws IOException {
    Path renewed = Path.of("service/target").resolve(Path.of(file).getFileName());
    Files.createDirectories(ROOT.resolve("service/target"));
    Files.writeString(ROOT.resolve(renewed), expected);

    assertThat(ROOT.resolve(file))
        .as("%s (to renew it, in the repository's folder: cp %s %s)", file, renewed, file)
        .content()
        .isEqualToNormalizingNewlines(expected);
  }
}
