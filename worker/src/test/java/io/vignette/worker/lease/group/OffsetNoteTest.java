package io.vignette.worker.lease.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetNoteTest {
  private static final long COMMITTED = 5_000_000_000L;

  @Test
  void whatIsWrittenIsRead() {
    OffsetNote note =
        new OffsetNote(COMMITTED + 900, List.of(COMMITTED, COMMITTED + 1, COMMITTED + 899), false);

    assertThat(OffsetNote.parse(note.text(COMMITTED), COMMITTED)).isEqualTo(note);
  }

  @Test
  void nothingIsOpen() {
    OffsetNote note = new OffsetNote(COMMITTED, List.of(), true);

    assertThat(OffsetNote.parse(note.text(COMMITTED), COMMITTED)).isEqualTo(note);
    assertThat(note.text(COMMITTED)).hasSizeLessThan(16);
  }

  @Test
  void moreThanFitsIsNotKnown() {
    List<Long> open = LongStream.range(0, 5000).mapToObj(each -> COMMITTED + 1000 * each).toList();
    OffsetNote note = new OffsetNote(COMMITTED + 5_000_000, open, false);

    String text = note.text(COMMITTED);
    OffsetNote read = OffsetNote.parse(text, COMMITTED);

    assertThat(text.length()).isLessThanOrEqualTo(OffsetNote.CHARACTERS_MAX);
    assertThat(read.open()).hasSizeGreaterThan(1000);
    assertThat(read.open()).isEqualTo(open.subList(0, read.open().size()));
    assertThat(read.delivered()).isEqualTo(open.get(read.open().size()));
  }

  /** Anybody may commit for the group. */
  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1", "1o", "1x!", "2oAA", "1xgA", "1x_____________w", "1oAA"})
  void whatIsNoNoteSaysNothing(String text) {
    assertThat(OffsetNote.parse(text, COMMITTED)).isEqualTo(OffsetNote.none(COMMITTED));
    assertThat(OffsetNote.parse(text, 3)).isEqualTo(OffsetNote.none(3));
  }

  @Test
  void aNoteOfAnotherOffsetSaysNothing() {
    String text = new OffsetNote(COMMITTED + 9, List.of(COMMITTED + 1), false).text(COMMITTED);

    assertThat(OffsetNote.parse(text, COMMITTED - 100)).isEqualTo(OffsetNote.none(COMMITTED - 100));
  }

  /** Numbers that do not fit, backwards, and beyond what was handed out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5, 9223372036854775807",
        "5, 10, 3, 9223372036854775807",
        "5, 10, 3, 0",
        "5, 10, 10",
        "5"
      })
  void numbersThatCannotBeSayNothing(String numbers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String number : numbers.split(", ")) {
      long left = Long.parseLong(number.strip());
      for (; left >= 0x80; left >>>= 7) {
        bytes.write((int) (left & 0x7F | 0x80));
      }
      bytes.write((int) left);
    }
    String text =
        "1x" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());

    assertThat(OffsetNote.parse(text, 5)).isEqualTo(OffsetNote.none(5));
  }
}
