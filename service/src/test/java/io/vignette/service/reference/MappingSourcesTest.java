package io.vignette.service.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingSourcesTest {
  @TempDir Path root;

  @Test
  void readsKeysTypesAndLabelledSentences() throws IOException {
    Section section =
        read(
            """
            /** Most at {@code once}. Too low: slow. Range: from 1. Reloadable: no. */
            @WithDefault("4")
            int countMax();

            /** Where. Default: here. Reloadable: yes. */
            @WithName("place")
            Optional<Set<Path>> whereItIs();
            """);

    assertThat(section.prefix()).isEqualTo("vignette.x");
    assertThat(section.readers()).isEqualTo("gateway");
    assertThat(section.settings())
        .containsExactly(
            new Setting(
                "vignette.x.count-max",
                "whole number",
                "from 1",
                "`4`",
                "Most at `once`. Too low: slow.",
                "no",
                false),
            new Setting("vignette.x.place", "paths, by commas", "", "here", "Where.", "yes", true));
    assertThat(section.settings().getLast().names())
        .containsExactly("vignette.x.place", "vignette.x.place[N]");
  }

  @Test
  void wantsARangeOfNumbers() {
    assertThatThrownBy(
            () -> read("/** How long. Default: none. Reloadable: no. */ Duration time();"))
        .hasMessageStartingWith("vignette.x.time: no sentence 'Range: …'");
  }

  @Test
  void wantsADefaultWhereNoneIsAnnotated() {
    assertThatThrownBy(() -> read("/** A word. Reloadable: no. */ Optional<String> word();"))
        .hasMessageStartingWith("vignette.x.word: no sentence 'Default: …'");
  }

  @Test
  void wantsAComment() {
    assertThatThrownBy(() -> read("String word();")).hasMessageStartingWith("vignette.x.word: no");
  }

  private Section read(String members) throws IOException {
    Path folder = Files.createDirectories(root.resolve("gateway/src/main/java"));
    Files.writeString(
        folder.resolve("XConfig.java"),
        """
        /** What it is about. */
        @ConfigMapping(prefix = "vignette.x")
        interface XConfig {
        %s
        }
        """
            .formatted(members));
    List<Section> sections = new MappingSources(root).sections();
    return sections.getFirst();
  }
}
