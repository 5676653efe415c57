package io.vignette.models;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Folders that were moved one after another, and can be moved back. */
final class Moves {
  private record Move(Path from, Path to) {}

  private final Path aside;
  private final Deque<Move> done = new ArrayDeque<>();
  private boolean halfUndone;

  /**
   * @param aside for folders that only make room; on the same file system
   */
  Moves(Path aside) {
    this.aside = aside;
  }

  void putAside(Path folder) throws IOException {
    move(folder, aside.resolve(folder.getFileName()));
  }

  /** Moves a folder to where there is nothing. */
  void move(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Files.move(from, to);
    done.push(new Move(from, to));
  }

  /** Moves everything back, as far as possible; what isn't is added to the cause. */
  void undo(Exception cause) {
    while (!done.isEmpty()) {
      Move move = done.pop();
      try {
        Files.move(move.to(), move.from());
      } catch (IOException e) {
        halfUndone = true;
        cause.addSuppressed(
            new IOException(
                "%s could not be moved back to %s".formatted(move.to(), move.from()), e));
      }
    }
  }

  /** Whether what was put aside is still needed. */
  boolean areHalfUndone() {
    return halfUndone;
  }
}
