package io.vignette.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;

/** Processor time of processes, nanoseconds, as Linux counts it: in steps of 10 ms. */
final class ProcessCpu {

  private static final long NANOS_A_TICK = 10_000_000;
  // Fields 14 to 17 of /proc/PID/stat, counted behind the name's closing bracket.
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  private ProcessCpu() {}

  static long ofThisProcess() {
    return of(ProcessHandle.current().pid());
  }

  /** Of all together; a process that has ended counts nothing. */
  static long of(Collection<Long> pids) {
    return pids.stream().mapToLong(ProcessCpu::of).sum();
  }

  static long of(long pid) {
    return of(Path.of("/proc", Long.toString(pid), "stat"));
  }

  /** Of the children of this process that have ended, and of theirs. */
  static long ofEndedChildren() {
    return sum(Path.of("/proc/self/stat"), CHILDREN_USER, CHILDREN_SYSTEM);
  }

  /** Of a process or a thread, by its {@code stat} file. */
  static long of(Path stat) {
    return sum(stat, USER, SYSTEM);
  }

  private static long sum(Path stat, int user, int system) {
    try {
      String text = Files.readString(stat);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[user]) + Long.parseLong(fields[system])) * NANOS_A_TICK;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(stat + ": can't be read", e);
    }
  }
}
