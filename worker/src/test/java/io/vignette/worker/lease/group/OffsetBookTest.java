package io.vignette.worker.lease.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.lease.group.OffsetBook.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsetBookTest {
  private static final long SEED = 20261130;

  @Test
  void theLowestThatHasNotEndedIsCommitted() {
    OffsetBook book = new OffsetBook(10, OffsetNote.none(10));
    book.handedOut(10);
    book.handedOut(11);
    book.handedOut(15);
    assertThat(book.committable()).isEqualTo(10);

    book.ended(11);
    assertThat(book.committable()).isEqualTo(10);
    assertThat(book.note(false)).isEqualTo(new OffsetNote(16, List.of(10L, 15L), false));

    book.ended(10);
    assertThat(book.committable()).isEqualTo(15);
    book.ended(15);
    assertThat(book.committable()).isEqualTo(16);
    assertThat(book.note(true)).isEqualTo(new OffsetNote(16, List.of(), true));
  }

  @Test
  void whatHadEndedIsNotDoneAgain() {
    OffsetBook book = new OffsetBook(10, new OffsetNote(20, List.of(10L, 14L), false));

    assertThat(book.step(10)).isEqualTo(Step.AGAIN);
    assertThat(book.step(11)).isEqualTo(Step.SKIP);
    assertThat(book.step(14)).isEqualTo(Step.AGAIN);
    assertThat(book.step(19)).isEqualTo(Step.SKIP);
    assertThat(book.step(20)).isEqualTo(Step.FRESH);
  }

  @Test
  void whoLeftInOrderMadeNobodySuspect() {
    OffsetBook book = new OffsetBook(10, new OffsetNote(20, List.of(10L, 14L), true));

    assertThat(book.step(14)).isEqualTo(Step.FRESH);
    assertThat(book.step(15)).isEqualTo(Step.SKIP);
  }

  @Test
  void whatIsInheritedStaysUntilItIsSeen() {
    OffsetBook book = new OffsetBook(10, new OffsetNote(20, List.of(10L, 14L), false));
    book.handedOut(10);
    book.ended(10);

    assertThat(book.committable()).isEqualTo(14);
    assertThat(book.note(false)).isEqualTo(new OffsetNote(20, List.of(14L), false));
  }

  /** Deleted by retention, or a gap in the log. */
  @Test
  void whatIsNoMoreHoldsUpNothing() {
    OffsetBook book = new OffsetBook(10, new OffsetNote(20, List.of(10L, 14L), false));
    book.handedOut(25);
    book.ended(25);

    assertThat(book.committable()).isEqualTo(26);
  }

  /** Reset to a beginning before the commit: the log is another one. */
  @Test
  void aRecordBeforeTheCommitVoidsTheNote() {
    OffsetBook book = new OffsetBook(100, new OffsetNote(200, List.of(100L, 150L), false));

    assertThat(book.step(50)).isEqualTo(Step.FRESH);
    book.handedOut(50);
    assertThat(book.step(51)).isEqualTo(Step.FRESH);
    book.ended(50);

    assertThat(book.committable()).isEqualTo(51);
    assertThat(book.note(true)).isEqualTo(new OffsetNote(51, List.of(), true));
  }

  @Test
  void whoHasSeenAllThatWasInheritedCanLeaveInOrder() {
    OffsetBook book = new OffsetBook(10, new OffsetNote(12, List.of(10L, 11L), false));
    book.handedOut(10);
    assertThat(book.note(true).inOrder()).isFalse();

    book.handedOut(11);

    assertThat(book.note(true).inOrder()).isTrue();
  }

  @Test
  void whatIsAboutToBeHandedOutIsOpenInItsNote() {
    OffsetBook book = new OffsetBook(10, OffsetNote.none(10));
    book.handedOut(10);
    book.ended(10);

    assertThat(book.committable(List.of(12L, 11L))).isEqualTo(11);
    assertThat(book.note(false, List.of(12L, 11L)))
        .isEqualTo(new OffsetNote(13, List.of(11L, 12L), false));
    assertThat(book.committable()).isEqualTo(11);
  }

  @Test
  void itSaysWhenACommitIsWorthIt() {
    OffsetBook book = new OffsetBook(0, OffsetNote.none(0));
    assertThat(book.isChanged()).isFalse();
    book.handedOut(0);
    assertThat(book.isChanged()).isTrue();
    book.committing();
    assertThat(book.isChanged()).isFalse();
    book.ended(0);
    book.ended(0);
    assertThat(book.isChanged()).isTrue();
    book.committing();
    book.notCommitted();
    assertThat(book.isChanged()).isTrue();
  }

  /** Whatever order jobs end in, and wherever workers go down: every job ends, none is skipped. */
  @Test
  void workersThatGoDownLoseNothing() {
    Random random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      int records = 1 + random.nextInt(60);
      Set<Long> done = new HashSet<>();
      long committed = 0;
      String text = "";
      int again = 0;
      while (done.size() < records || committed < records) {
        OffsetBook book = new OffsetBook(committed, OffsetNote.parse(text, committed));
        List<Long> held = new ArrayList<>();
        long next = committed;
        int steps = random.nextInt(80);
        for (int step = 0; step < steps; step++) {
          if (next < records && held.size() < 10 && random.nextBoolean()) {
            if (book.step(next) == Step.SKIP) {
              assertThat(done).as("seed %d round %d", SEED, round).contains(next);
              book.skipped(next);
            } else {
              again += done.contains(next) ? 1 : 0;
              held.add(next);
              book.handedOut(next);
            }
            next++;
          } else if (!held.isEmpty()) {
            Collections.shuffle(held, random);
            long ended = held.removeLast();
            done.add(ended);
            book.ended(ended);
          }
          if (random.nextInt(4) == 0) {
            committed = book.committable();
            text = book.note(false).text(committed);
          }
        }
      }
      assertThat(done).as("seed %d round %d", SEED, round).hasSize(records);
      assertThat(again).as("seed %d round %d", SEED, round).isLessThan(20 * records);
    }
  }
}
