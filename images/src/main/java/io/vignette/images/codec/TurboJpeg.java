package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;

/**
 * The fast decoder of JPEGs: libturbojpeg of the operating system, where there is one. It never has
 * the last word: what it doesn't decode without a warning is left to the platform's decoder, so
 * that refusals, and the pixels of files that are not damaged, are the same with and without it.
 *
 * <p>Thread-safe. Sessions are lent from a pool with one for every processor; who finds none idle
 * gets nothing and so goes the platform's way.
 */
final class TurboJpeg {
  /** System property: the library's file, or {@value #OFF}. */
  static final String PROPERTY = "vignette.images.turbojpeg";

  static final String OFF = "off";

  private static final String[] FILES = {
    "libturbojpeg.so.0",
    "libturbojpeg.0.dylib",
    "/opt/homebrew/lib/libturbojpeg.0.dylib",
    "/usr/local/lib/libturbojpeg.0.dylib"
  };

  private final BlockingQueue<TurboJpegSession> idle;

  private TurboJpeg(TurboJpegLibrary library, int sessions) {
    idle = new ArrayBlockingQueue<>(sessions);
    for (int i = 0; i < sessions; i++) {
      idle.add(new TurboJpegSession(library));
    }
  }

  /** As the system property says; without it, the first of the usual files that is there. */
  static Optional<TurboJpeg> find() {
    String wanted = System.getProperty(PROPERTY);
    if (OFF.equals(wanted)) {
      return Optional.empty();
    }
    int sessions = Runtime.getRuntime().availableProcessors();
    return (wanted == null ? Stream.of(FILES) : Stream.of(wanted))
        .map(TurboJpegLibrary::load)
        .flatMap(Optional::stream)
        .findFirst()
        .map(library -> new TurboJpeg(library, sessions));
  }

  /** The pixels as stored; empty: ask the platform's decoder. */
  Optional<DecodedImage> decode(JpegStructure structure) throws ImageRejectedException {
    if (structure.components() > 3) {
      return Optional.empty();
    }
    TurboJpegSession session = idle.poll();
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.decode(structure.essentialsNamingColours(), structure.size());
    } finally {
      idle.add(session);
    }
  }
}
