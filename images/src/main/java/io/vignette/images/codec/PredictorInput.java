package io.vignette.images.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;

/** Undoes TIFF's horizontal predictor: each sample of a row is stored less the one before it. */
final class PredictorInput extends InputStream {
  private final InputStream differences;
  private final byte[] row;
  private final int samples;
  private final int low;
  private final boolean isDeep;
  private int at;

  /**
   * @param width of a row, in pixels
   * @param samples of a pixel
   * @param isDeep samples have 16 bits, not 8
   */
  PredictorInput(InputStream differences, int width, int samples, boolean isDeep, ByteOrder order) {
    this.differences = differences;
    this.row = new byte[Math.multiplyExact(width, samples) * (isDeep ? 2 : 1)];
    this.samples = samples;
    this.isDeep = isDeep;
    this.low = order == ByteOrder.BIG_ENDIAN ? 1 : 0;
    this.at = row.length;
  }

  @Override
  public int read() throws IOException {
    return hasRow() ? row[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0 || !hasRow()) {
      return length == 0 ? 0 : -1;
    }
    int count = Math.min(length, row.length - at);
    System.arraycopy(row, at, target, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    differences.close();
  }

  private boolean hasRow() throws IOException {
    if (at == row.length) {
      if (differences.readNBytes(row, 0, row.length) < row.length) {
        return false;
      }
      at = 0;
      if (isDeep) {
        addPairs();
      } else {
        addBytes();
      }
    }
    return true;
  }

  private void addBytes() {
    for (int i = samples; i < row.length; i++) {
      row[i] += row[i - samples];
    }
  }

  private void addPairs() {
    int high = 1 - low;
    for (int i = 2 * samples; i < row.length; i += 2) {
      int before = i - 2 * samples;
      int sum = (row[i + low] & 0xFF) + (row[before + low] & 0xFF);
      row[i + low] = (byte) sum;
      row[i + high] += (byte) (row[before + high] + (sum >> 8));
    }
  }
}
