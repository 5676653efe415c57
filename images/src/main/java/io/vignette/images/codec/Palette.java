package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.awt.image.IndexColorModel;

/** Up to 256 colours. Entries the file does not define are shades of grey. */
final class Palette {
  private static final int ENTRIES = 256;
  static final int BYTES = 3 * ENTRIES;

  private final byte[] rgb = new byte[BYTES];

  private Palette() {
    for (int i = 0; i < ENTRIES; i++) {
      set(i, i, i, i);
    }
  }

  static Palette greys() {
    return new Palette();
  }

  static Palette of(IndexColorModel model) {
    Palette palette = new Palette();
    for (int i = 0; i < Math.min(model.getMapSize(), ENTRIES); i++) {
      palette.set(i, model.getRed(i), model.getGreen(i), model.getBlue(i));
    }
    return palette;
  }

  /** Of a table of red, green, blue. */
  static Palette of(Bytes table) throws ImageRejectedException {
    Palette palette = new Palette();
    for (int i = 0; i < Math.min(table.size() / 3, ENTRIES); i++) {
      palette.set(i, table.u8(3L * i), table.u8(3L * i + 1), table.u8(3L * i + 2));
    }
    return palette;
  }

  private void set(int index, int red, int green, int blue) {
    rgb[3 * index] = (byte) red;
    rgb[3 * index + 1] = (byte) green;
    rgb[3 * index + 2] = (byte) blue;
  }

  /** Writes a colour; returns the position after it. */
  int put(int index, byte[] target, int position) {
    System.arraycopy(rgb, 3 * (index & 0xFF), target, position, 3);
    return position + 3;
  }
}
