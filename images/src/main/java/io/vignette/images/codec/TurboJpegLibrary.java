package io.vignette.images.codec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * The operating system's libturbojpeg (2.0 or newer), as far as it is used here: seven functions of
 * its TurboJPEG 2 interface, which version 3 keeps.
 *
 * <p>Thread-safe. A handle made by {@link #open} serves one call at a time.
 */
final class TurboJpegLibrary {
  /** One of the sampling kinds that {@link #readHeader} reports. */
  static final int SAMPLING_444 = 0;

  static final int SAMPLING_422 = 1;
  static final int SAMPLING_420 = 2;
  static final int SAMPLING_GREY = 3;

  private static final int RGB = 0;
  private static final int ACCURATE_DCT = 1 << 12;
  private static final int STOP_ON_WARNING = 1 << 13;
  private static final int LIMIT_SCANS = 1 << 15;
  // Only a library that knows this function knows how to stop on warnings.
  private static final String SINCE_2_0 = "tjGetErrorCode";

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle readHeader;
  private final MethodHandle decompress;
  private final MethodHandle allocate;
  private final MethodHandle free;
  private final Set<Integer> divisors;

  private TurboJpegLibrary(SymbolLookup symbols) {
    symbols.findOrThrow(SINCE_2_0);
    open = function(symbols, "tjInitDecompress", FunctionDescriptor.of(ADDRESS));
    close = function(symbols, "tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    readHeader =
        function(
            symbols,
            "tjDecompressHeader3",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    decompress =
        function(
            symbols,
            "tjDecompress2",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_INT));
    allocate = function(symbols, "tjAlloc", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    free = function(symbols, "tjFree", FunctionDescriptor.ofVoid(ADDRESS));
    divisors =
        readDivisors(
            function(symbols, "tjGetScalingFactors", FunctionDescriptor.of(ADDRESS, ADDRESS)));
  }

  /** By file name or path. */
  static TurboJpegLibrary load(String file) throws UnusableLibraryException {
    MemoryLayout unsignedLong = Linker.nativeLinker().canonicalLayouts().get("long");
    if (unsignedLong == null || unsignedLong.byteSize() != JAVA_LONG.byteSize()) {
      throw new UnusableLibraryException(file, "no 64-bit long on this platform");
    }
    try {
      return new TurboJpegLibrary(SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IllegalArgumentException | IllegalCallerException | NoSuchElementException e) {
      throw new UnusableLibraryException(file, e);
    }
  }

  private static MethodHandle function(
      SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
  }

  /** Of pairs of numerator and denominator, the denominators that stand under a one. */
  private static Set<Integer> readDivisors(MethodHandle scalingFactors) {
    Set<Integer> divisors = new HashSet<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      MemorySegment factors = (MemorySegment) scalingFactors.invokeExact(count);
      long ints = factors.equals(MemorySegment.NULL) ? 0 : 2L * count.get(JAVA_INT, 0);
      MemorySegment pairs = factors.reinterpret(ints * JAVA_INT.byteSize());
      for (long i = 0; i < ints; i += 2) {
        if (pairs.getAtIndex(JAVA_INT, i) == 1) {
          divisors.add(pairs.getAtIndex(JAVA_INT, i + 1));
        }
      }
      return Set.copyOf(divisors);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** By what the sides of a picture can be divided; rounded up. */
  Set<Integer> divisors() {
    return divisors;
  }

  /** A new handle; {@link MemorySegment#NULL} if there is no memory. */
  MemorySegment open() {
    try {
      return (MemorySegment) open.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Frees a handle, in whatever state it is; {@link MemorySegment#NULL} too. */
  void close(MemorySegment handle) {
    try {
      int unused = (int) close.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Writes width, height, sampling and colour space to {@code answer}; false: not understood. */
  boolean readHeader(MemorySegment handle, MemorySegment jpeg, long size, MemorySegment answer) {
    try {
      int failed =
          (int)
              readHeader.invokeExact(
                  handle,
                  jpeg,
                  size,
                  answer,
                  answer.asSlice(4),
                  answer.asSlice(8),
                  answer.asSlice(12));
      return failed == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Decodes to rows of RGB without padding; false: at the least doubt.
   *
   * @param picture its size, divided by one of {@link #divisors} or not: the library takes the
   *     largest of its factors whose result fits into it, which is that one
   */
  boolean decompress(
      MemorySegment handle, MemorySegment jpeg, long size, MemorySegment rgb, Size picture) {
    int width = (int) picture.width();
    int height = (int) picture.height();
    try {
      int failed =
          (int)
              decompress.invokeExact(
                  handle,
                  jpeg,
                  size,
                  rgb,
                  width,
                  3 * width,
                  height,
                  RGB,
                  ACCURATE_DCT | STOP_ON_WARNING | LIMIT_SCANS);
      return failed == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Memory that nobody has cleared; {@link MemorySegment#NULL} if there is none. */
  MemorySegment allocate(int bytes) {
    try {
      MemorySegment memory = (MemorySegment) allocate.invokeExact(bytes);
      return memory.equals(MemorySegment.NULL) ? memory : memory.reinterpret(bytes);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void free(MemorySegment memory) {
    try {
      free.invokeExact(memory);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("libturbojpeg: " + e + " (expected: an answer)", e);
  }
}
