package io.vignette.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReasonTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z._]+)` \\| (\\d{3}) \\| (yes|no) \\|.*");

  @Test
  void theDocumentListsEveryCodeWithItsStatusAndWhetherARetryHelps() throws IOException {
    TreeMap<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(document())) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(row.group(1), row.group(2) + " " + row.group(3));
      }
    }

    TreeMap<String, String> declared = new TreeMap<>();
    for (Reason reason : Reason.values()) {
      declared.put(reason.code(), reason.httpStatus() + (reason.isRetryable() ? " yes" : " no"));
    }
    assertThat(documented).isEqualTo(declared);
  }

  @Test
  void codesAreUniqueAndFoundAgain() {
    assertThat(Arrays.stream(Reason.values()).map(Reason::code)).doesNotHaveDuplicates();
    for (Reason reason : Reason.values()) {
      assertThat(Reason.ofCode(reason.code())).contains(reason);
    }
    assertThat(Reason.ofCode("image.nonsense")).isEmpty();
  }

  private static Path document() {
    return Path.of(System.getProperty("vignette.root", ".."), "docs", "errors.md");
  }
}
