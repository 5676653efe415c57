package io.vignette.images.tensor;

import io.vignette.images.DecodedImage;

/**
 * The horizontal pass over a block of rows at once: a column of the block (all reds, all greens,
 * all blues) is one line of the pass, so that its samples lie side by side.
 *
 * <p>Not thread-safe.
 */
final class RowBlock {
  static final int ROWS = 64;

  private final DecodedImage image;
  private final AxisPass pass;
  private final int[] column = new int[3 * ROWS];
  private final int[][] rows;

  RowBlock(DecodedImage image, Coefficients columns) {
    this.image = image;
    this.pass = new AxisPass(columns, column.length);
    this.rows = new int[ROWS][3 * columns.out];
  }

  /** Rows {@code top} to {@code top + count - 1} of the image, resized. To be read at once. */
  int[][] resize(int top, int count) {
    pass.restart();
    int stride = 3 * image.width();
    for (int x = 0; x < image.width(); x++) {
      gather(image.rgb(), top * stride + 3 * x, stride, count);
      pass.add(x, column);
    }
    scatter(pass.finish(), count);
    return rows;
  }

  private void gather(byte[] rgb, int position, int stride, int count) {
    int[] into = column;
    for (int row = 0, i = position; row < count; row++, i += stride) {
      into[row] = rgb[i] & 0xFF;
      into[ROWS + row] = rgb[i + 1] & 0xFF;
      into[2 * ROWS + row] = rgb[i + 2] & 0xFF;
    }
  }

  private void scatter(int[][] columns, int count) {
    for (int row = 0; row < count; row++) {
      int[] into = rows[row];
      for (int x = 0, i = 0; x < columns.length; x++, i += 3) {
        int[] from = columns[x];
        into[i] = from[row];
        into[i + 1] = from[ROWS + row];
        into[i + 2] = from[2 * ROWS + row];
      }
    }
  }
}
