package io.vignette.images.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.vignette.images.ImageRejectedException;

/**
 * What a JPEG file's segments say, and the file reduced to the segments needed to decode it.
 *
 * @param scans passes over the picture that decoding it takes, from 1
 * @param essentials the first picture from start to end marker, without application data (EXIF,
 *     colour profile, thumbnails) and comments
 */
record JpegStructure(
    Size size,
    int components,
    int scans,
    JpegColours colours,
    Orientation orientation,
    Bytes essentials) {

  static JpegStructure of(Bytes file) throws ImageRejectedException {
    return new JpegSegments(file).read();
  }

  /**
   * The essentials with an Adobe segment that says what the components mean, for a decoder that
   * would guess. Not for four components.
   */
  Bytes essentialsNamingColours() throws ImageRejectedException {
    int transform = colours == JpegColours.YCC ? 1 : 0;
    return new FileParts(essentials.size() + 16)
        .add(essentials.slice(0, 2))
        .add(0xFF, 0xEE, 0, 14)
        .ascii("Adobe")
        .add(0, 100, 0, 0, 0, 0, transform)
        .add(essentials.sliceFrom(2))
        .done();
  }

  /** A frame header: size, then number and names of the components. */
  record Frame(Size size, int components, String componentIds) {
    static Frame of(Bytes segment) throws ImageRejectedException {
      int components = segment.u8(5);
      StringBuilder ids = new StringBuilder();
      for (int i = 0; i < components; i++) {
        ids.append((char) segment.u8(6 + 3L * i));
      }
      Size size = new Size(segment.u16(3, BIG_ENDIAN), segment.u16(1, BIG_ENDIAN));
      return new Frame(size, components, ids.toString());
    }
  }
}
