package io.vignette.images.tensor;

import io.vignette.images.DecodedImage;

/**
 * Bicubic resizing, byte for byte what the reference image processor does ({@code
 * Image.resize(size, BICUBIC)} of Pillow before 12.2): columns first, then rows, each with
 * antialiasing and 22-bit fixed-point weights, rounded to bytes in between. An axis whose size does
 * not change is left alone.
 *
 * <p>Thread-safe. Beside the result it takes 0.3 MiB for a result of 224 × 224 of a picture of some
 * 500 pixels a side, and 0.8 KiB more for each pixel of a side of a larger one.
 */
public final class BicubicResize {
  private static final CoefficientCache COEFFICIENTS = new CoefficientCache();

  private BicubicResize() {}

  /** The image in the given size: {@code 3 * width * height} bytes, red, green, blue. */
  public static byte[] resize(DecodedImage image, int width, int height) {
    int rowLength = Math.multiplyExact(3, width);
    if (image.width() == width && image.height() == height) {
      return image.rgb().clone();
    }
    if (image.height() == height) {
      return columns(image, width);
    }
    byte[] rgb = new byte[Math.multiplyExact(rowLength, height)];
    AxisPass vertical =
        new AxisPass(
            COEFFICIENTS.get(image.height(), height),
            rowLength,
            RowBlock.ROWS,
            new Result(rgb, rowLength));
    if (image.width() == width) {
      addRows(image, vertical);
    } else {
      new RowBlock(image, COEFFICIENTS.get(image.width(), width), vertical).resize();
    }
    return rgb;
  }

  /** The bytes of the result, row by row. */
  private static final class Result implements Lines {
    private final byte[] rgb;
    private final int[] row;

    Result(byte[] rgb, int rowLength) {
      this.rgb = rgb;
      this.row = new int[rowLength];
    }

    @Override
    public int[] array(int out) {
      return row;
    }

    @Override
    public void filled(int out) {
      copy(row, rgb, out * row.length);
    }
  }

  /** Rows that are the result already. */
  private static final class FinalRows implements Lines {
    private final byte[] rgb;
    private final int[][] rows;

    FinalRows(byte[] rgb, int rowLength) {
      this.rgb = rgb;
      this.rows = new int[RowBlock.ROWS][rowLength];
    }

    @Override
    public int[] array(int y) {
      return rows[y % rows.length];
    }

    @Override
    public void filled(int y) {
      int[] row = array(y);
      copy(row, rgb, y * row.length);
    }
  }

  private static byte[] columns(DecodedImage image, int width) {
    byte[] rgb = new byte[Math.multiplyExact(3 * width, image.height())];
    new RowBlock(image, COEFFICIENTS.get(image.width(), width), new FinalRows(rgb, 3 * width))
        .resize();
    return rgb;
  }

  private static void addRows(DecodedImage image, AxisPass vertical) {
    int rowLength = 3 * image.width();
    for (int y = 0; y < image.height(); y++) {
      int[] row = vertical.array(y);
      for (int i = 0; i < row.length; i++) {
        row[i] = image.rgb()[y * rowLength + i] & 0xFF;
      }
      vertical.filled(y);
    }
  }

  private static void copy(int[] row, byte[] rgb, int position) {
    for (int i = 0; i < row.length; i++) {
      rgb[position + i] = (byte) row[i];
    }
  }
}
