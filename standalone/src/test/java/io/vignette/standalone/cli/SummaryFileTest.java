package io.vignette.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryFileTest {

  @TempDir Path folder;

  @Test
  void whatCouldNotBeWrittenIsRefusedByName() {
    assertThatThrownBy(() -> SummaryFile.check(folder))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--json-summary: " + folder);
    Path nowhere = folder.resolve("no/run.json");
    assertThatThrownBy(() -> SummaryFile.check(nowhere))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--json-summary: " + nowhere);
  }

  @Test
  void aNewFileAnOldFileAndNoneAtAllAreFine() throws Exception {
    Path file = folder.resolve("run.json");
    assertThatCode(() -> SummaryFile.check(null)).doesNotThrowAnyException();
    assertThatCode(() -> SummaryFile.check(file)).doesNotThrowAnyException();
    assertThat(file).doesNotExist();

    SummaryFile.write(file, Map.of("images", 3));

    assertThat(Files.readString(file)).contains("\"images\" : 3");
    assertThatCode(() -> SummaryFile.check(file)).doesNotThrowAnyException();
  }
}
