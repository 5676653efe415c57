package io.vignette.gateway.status;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Packed statuses by the id at their front: a hash table that costs a job its array and one or two
 * references, where a map of objects costs a key, an entry and three.
 *
 * <p>Thread-safe: writers take turns, readers wait for nobody. Linear probing; an entry never moves
 * within its array of slots, so a reader finds what was there when it began. What is removed leaves
 * a mark until the slots are made anew.
 */
final class PackedTable {
  private static final int CAPACITY_MIN = 1024;
  private static final byte[] REMOVED = new byte[0];

  private final AtomicInteger size = new AtomicInteger();
  private volatile AtomicReferenceArray<byte @Nullable []> slots =
      new AtomicReferenceArray<>(CAPACITY_MIN);

  /** Slots that are not empty: entries and marks. The writers' own. */
  private int used;

  byte @Nullable [] get(UUID id) {
    AtomicReferenceArray<byte @Nullable []> searched = slots;
    int mask = searched.length() - 1;
    int slot = hash(id) & mask;
    // Each slot is read once: between two reads the writer may have put another job into it.
    for (byte @Nullable [] found = searched.get(slot); found != null; found = searched.get(slot)) {
      if (holds(found, id)) {
        return found;
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  /** Puts in or replaces; returns what was there. */
  synchronized byte @Nullable [] put(byte[] packed) {
    AtomicReferenceArray<byte @Nullable []> target = slots;
    int slot = slotOf(target, PackedStatus.id(packed));
    byte @Nullable [] before = target.get(slot);
    target.set(slot, packed);
    if (before == null) {
      size.incrementAndGet();
      used++;
      makeRoom();
    }
    return before;
  }

  synchronized void remove(UUID id) {
    AtomicReferenceArray<byte @Nullable []> target = slots;
    int slot = slotOf(target, id);
    if (isEntry(target.get(slot))) {
      target.set(slot, REMOVED);
      size.decrementAndGet();
    }
  }

  synchronized void removeIf(Predicate<byte[]> condition) {
    AtomicReferenceArray<byte @Nullable []> target = slots;
    for (int slot = 0; slot < target.length(); slot++) {
      byte @Nullable [] packed = target.get(slot);
      if (isEntry(packed) && condition.test(packed)) {
        target.set(slot, REMOVED);
        size.decrementAndGet();
      }
    }
  }

  int size() {
    return size.get();
  }

  /** All entries, as they are when the stream comes by. */
  Stream<byte[]> stream() {
    AtomicReferenceArray<byte @Nullable []> shown = slots;
    return IntStream.range(0, shown.length()).mapToObj(shown::get).filter(PackedTable::isEntry);
  }

  /** Makes room for so many at once, rather than little by little. */
  synchronized void reserve(int more) {
    long entries = size.get() + (long) more;
    if (entries * 3L > slots.length() * 2L) {
      refill((int) Math.min(1 << 30, Long.highestOneBit(entries) * 4));
    }
  }

  /** At most two thirds are in use, so that searches stay short and end. */
  private void makeRoom() {
    AtomicReferenceArray<byte @Nullable []> full = slots;
    if (used * 3L <= full.length() * 2L) {
      return;
    }
    refill(Math.max(CAPACITY_MIN, Integer.highestOneBit(size.get()) * 4));
  }

  private void refill(int capacity) {
    AtomicReferenceArray<byte @Nullable []> fresh = new AtomicReferenceArray<>(capacity);
    stream().forEach(packed -> fresh.setPlain(slotOf(fresh, PackedStatus.id(packed)), packed));
    used = size.get();
    slots = fresh;
  }

  /** The slot that holds the id, or the first empty one on its way; for writers alone. */
  private static int slotOf(AtomicReferenceArray<byte @Nullable []> slots, UUID id) {
    int mask = slots.length() - 1;
    int slot = hash(id) & mask;
    for (byte @Nullable [] found = slots.get(slot);
        found != null && !holds(found, id);
        found = slots.get(slot)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static boolean holds(byte[] packed, UUID id) {
    return packed != REMOVED && PackedStatus.hasId(packed, id);
  }

  private static boolean isEntry(byte @Nullable [] slot) {
    return slot != null && slot != REMOVED;
  }

  private static int hash(UUID id) {
    int hash = id.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 16);
  }
}
