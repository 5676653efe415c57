package io.vignette.worker.lease.group;

import io.vignette.worker.lease.RecordReader.Readable;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What a lane holds, bounded by number and by bytes. Not thread-safe. */
final class HeldJobs {
  private final int most;
  private final long bytesMost;
  private final Set<Held> all = new HashSet<>();
  private long bytes;

  /**
   * A job that is held: where it stands in the book of its partition, and what hands it over. Its
   * record is let go, for the job has all of it.
   *
   * @param bytes of the record's value
   */
  record Held(OffsetBook book, long offset, int bytes, Readable job) {}

  /**
   * @param most jobs, from 1
   * @param bytesMost bytes, from 1; the last job may go beyond, so that the largest finds room
   */
  HeldJobs(int most, long bytesMost) {
    this.most = most;
    this.bytesMost = bytesMost;
  }

  /**
   * Whether one more may be held.
   *
   * @param coming jobs that will be held before it
   * @param comingBytes of these
   */
  boolean hasRoom(int coming, long comingBytes) {
    return all.size() + coming < most && bytes + comingBytes < bytesMost;
  }

  void add(Held job) {
    if (all.add(job)) {
      bytes += job.bytes();
    }
  }

  void remove(Held job) {
    if (all.remove(job)) {
      bytes -= job.bytes();
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Whether any of them stands in one of these books. */
  boolean isAnyIn(Collection<OffsetBook> books) {
    return all.stream().anyMatch(each -> books.contains(each.book()));
  }
}
