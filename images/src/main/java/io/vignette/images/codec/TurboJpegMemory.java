package io.vignette.images.codec;

import java.lang.foreign.MemorySegment;

/**
 * Memory outside of the heap that is kept for the next picture if it is small, and given back after
 * use if it is not. Not thread-safe.
 */
final class TurboJpegMemory {
  private static final int ROUNDED_TO = 64 * 1024;

  private final TurboJpegLibrary library;
  private final int keptBytesMax;
  private MemorySegment memory = MemorySegment.NULL;

  TurboJpegMemory(TurboJpegLibrary library, int keptBytesMax) {
    this.library = library;
    this.keptBytesMax = keptBytesMax;
  }

  /** At least so many bytes, with anything in them; NULL if there is no memory. */
  MemorySegment take(int bytes) {
    if (memory.byteSize() < bytes) {
      free();
      memory = library.allocate(Math.min(bytes, Integer.MAX_VALUE - ROUNDED_TO) + ROUNDED_TO);
    }
    return memory;
  }

  /** To be called when a picture is done. */
  void giveBack() {
    if (memory.byteSize() > keptBytesMax) {
      free();
    }
  }

  private void free() {
    library.free(memory);
    memory = MemorySegment.NULL;
  }
}
