package io.vignette.worker.lease.group;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(note.text(COMMITTED)).hasSize(4);
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
  @ValueSource(
      strings = {"", "x", "1", "1o", "1x!", "2oAA", "1xgA", "1x_____________w", "1xAgMD", "1xAgEA"})
  void whatIsNoNoteSaysNothing(String text) {
    assertThat(OffsetNote.parse(text, COMMITTED)).isEqualTo(OffsetNote.none(COMMITTED));
  }
}
