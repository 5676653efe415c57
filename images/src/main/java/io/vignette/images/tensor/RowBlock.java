package io.vignette.images.tensor;

import io.vignette.images.DecodedImage;

/**
 * The horizontal pass over a block of rows at once: a column of the block (all reds, all greens,
 * all blues) is one line of the pass, so that its samples lie side by side.
 *
 * <p>Not thread-safe.
 */
final class RowBlock implements Lines {
  static final int ROWS = 64;

  private final DecodedImage image;
  private final AxisPass pass;
  private final int[] column = new int[3 * ROWS];
  private final Lines rows;
  private final int[][] block = new int[ROWS][];
  private int top;
  private int count;

  /**
   * @param rows takes the resized rows, three samples a pixel; has arrays for {@value #ROWS} at
   *     once
   */
  RowBlock(DecodedImage image, Coefficients axis, Lines rows) {
    this.image = image;
    this.pass = new AxisPass(axis, 3 * ROWS, 0, this);
    this.rows = rows;
  }

  /** Resizes all rows. */
  void resize() {
    for (top = 0; top < image.height(); top += ROWS) {
      count = Math.min(ROWS, image.height() - top);
      for (int row = 0; row < count; row++) {
        block[row] = rows.array(top + row);
      }
      pass.restart();
      int stride = 3 * image.width();
      for (int x = 0; x < image.width(); x++) {
        gather(image.rgb(), top * stride + 3 * x, stride, count, pass.array(x));
        pass.filled(x);
      }
      for (int row = 0; row < count; row++) {
        rows.filled(top + row);
      }
    }
  }

  private static void gather(byte[] rgb, int position, int stride, int count, int[] into) {
    for (int row = 0, i = position; row < count; row++, i += stride) {
      into[row] = rgb[i] & 0xFF;
      into[ROWS + row] = rgb[i + 1] & 0xFF;
      into[2 * ROWS + row] = rgb[i + 2] & 0xFF;
    }
  }

  @Override
  public int[] array(int out) {
    return column;
  }

  @Override
  public void filled(int out) {
    int at = 3 * out;
    for (int row = 0; row < count; row++) {
      int[] into = block[row];
      into[at] = column[row];
      into[at + 1] = column[ROWS + row];
      into[at + 2] = column[2 * ROWS + row];
    }
  }
}
