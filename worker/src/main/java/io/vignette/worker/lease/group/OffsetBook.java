package io.vignette.worker.lease.group;

import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The book of one partition: which offsets are handed out, which have ended, what may be committed.
 *
 * <p>Offsets come in ascending order and end in any. What is committed is the lowest that has not
 * ended; the note beside it names the others, so that a worker that takes over repeats only those.
 * What the note of the worker before says is kept until its offsets are seen again. Not
 * thread-safe.
 */
final class OffsetBook {
  /** What is to be done with a record. */
  enum Step {
    /** It has ended already. */
    SKIP,
    /** Nobody was given it, or somebody who left in order. */
    FRESH,
    /** A worker was given it and went down. */
    AGAIN
  }

  private OffsetNote before;

  /** Open in the note of the worker before, and not seen again yet. */
  private final NavigableSet<Long> inherited;

  private final NavigableSet<Long> open = new TreeSet<>();
  private long lowest;
  private long next;
  private boolean isChanged;

  /**
   * @param committed where reading begins
   * @param before what the commit's note says
   */
  OffsetBook(long committed, OffsetNote before) {
    this.before = before;
    this.inherited = new TreeSet<>(before.open());
    this.lowest = committed;
    this.next = committed;
  }

  /** What to do with the next record that is read. */
  Step step(long offset) {
    if (offset < lowest) {
      // The log is another one than the note was written about.
      before = OffsetNote.none(offset);
      inherited.clear();
      lowest = offset;
      next = offset;
    }
    if (offset >= before.delivered()) {
      return Step.FRESH;
    }
    if (!inherited.contains(offset)) {
      return Step.SKIP;
    }
    return before.inOrder() ? Step.FRESH : Step.AGAIN;
  }

  /** The record is passed over. */
  void skipped(long offset) {
    seen(offset);
  }

  /** The record is somebody's work from now on. */
  void handedOut(long offset) {
    seen(offset);
    open.add(offset);
  }

  /** Lower offsets that were not seen are no more: deleted, or compacted away. */
  private void seen(long offset) {
    inherited.headSet(offset, true).clear();
    next = Math.max(next, offset + 1);
    isChanged = true;
  }

  /** The record's work has ended. */
  void ended(long offset) {
    isChanged |= open.remove(offset);
  }

  /** Whether a commit would say something new since {@link #committing}. */
  boolean isChanged() {
    return isChanged;
  }

  /** A commit of {@link #committable()} and {@link #note} is on its way. */
  void committing() {
    isChanged = false;
  }

  /** It did not arrive. */
  void notCommitted() {
    isChanged = true;
  }

  /** The lowest offset that has not ended. */
  long committable() {
    return committable(List.of());
  }

  /**
   * @param ahead offsets that are about to be handed out
   */
  long committable(Collection<Long> ahead) {
    NavigableSet<Long> all = all(ahead);
    return all.isEmpty() ? delivered(ahead) : all.first();
  }

  /**
   * @param inOrder the worker leaves in order
   */
  OffsetNote note(boolean inOrder) {
    return note(inOrder, List.of());
  }

  /**
   * @param ahead offsets that are about to be handed out
   */
  OffsetNote note(boolean inOrder, Collection<Long> ahead) {
    return new OffsetNote(
        delivered(ahead),
        List.copyOf(all(ahead)),
        inOrder && (before.inOrder() || inherited.isEmpty()));
  }

  private NavigableSet<Long> all(Collection<Long> ahead) {
    NavigableSet<Long> all = new TreeSet<>(open);
    all.addAll(inherited);
    all.addAll(ahead);
    return all;
  }

  private long delivered(Collection<Long> ahead) {
    long behind = ahead.stream().mapToLong(each -> each + 1).max().orElse(next);
    return Math.max(Math.max(next, behind), before.delivered());
  }
}
