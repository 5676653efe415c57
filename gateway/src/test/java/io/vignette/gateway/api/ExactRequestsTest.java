package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The description's patterns say what the gateway's own code does. */
class ExactRequestsTest {

  @Test
  void blankIsTheSameForEveryCharacter() {
    Pattern notBlank = Pattern.compile(ExactRequests.NOT_BLANK);

    for (int character = 0; character <= Character.MAX_VALUE; character++) {
      String text = Character.toString(character);

      assertThat(notBlank.matcher(text).find()).as("U+%04x", character).isEqualTo(!text.isBlank());
    }
  }
}
