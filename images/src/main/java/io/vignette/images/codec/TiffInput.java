package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * A TIFF file whose parts are unpacked while they are read, each from its start and no further than
 * the decoder reads: the unpacked picture is never in memory beside the decoder's.
 *
 * <p>A part that has too little is an error here, where decoders leave the rest black.
 */
final class TiffInput extends ImageInputStreamImpl {
  private static final int NONE = -1;

  private final Bytes head;
  private final TiffParts parts;

  /** Where the parts start in this file, and where the last one ends. */
  private final long[] starts;

  private int part = NONE;
  private @Nullable InputStream samples;
  private long samplesAt;

  /**
   * The file.
   *
   * @param head its directory, with the same {@code starts}
   */
  TiffInput(Bytes head, TiffParts parts, long[] starts) {
    this.head = head;
    this.parts = parts;
    this.starts = starts;
  }

  @Override
  public long length() {
    return starts[parts.count()];
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= length()) {
      return -1;
    }
    int count =
        streamPos < head.size() ? ofHead(target, offset, length) : ofPart(target, offset, length);
    streamPos += count;
    return count;
  }

  private int ofHead(byte[] target, int offset, int length) {
    int count = (int) Math.min(length, head.size() - streamPos);
    System.arraycopy(head.array(), head.offset() + (int) streamPos, target, offset, count);
    return count;
  }

  private int ofPart(byte[] target, int offset, int length) throws IOException {
    int found = Arrays.binarySearch(starts, streamPos);
    int wanted = found >= 0 ? found : -found - 2;
    try {
      InputStream open = samples;
      if (open == null || wanted != part || streamPos < samplesAt) {
        open = open(wanted);
      }
      open.skipNBytes(streamPos - samplesAt);
      samplesAt = streamPos;
      int most = (int) Math.min(length, starts[wanted + 1] - streamPos);
      int count = open.read(target, offset, most);
      if (count < 0) {
        throw new EOFException();
      }
      samplesAt += count;
      return count;
    } catch (EOFException e) {
      throw new IOException(
          ImageRejectedException.corrupt(
              "TIFF part: %d ends before its byte %d, unpacked (expected: all samples of its pixels)"
                  .formatted(wanted, streamPos - starts[wanted])));
    } catch (ImageRejectedException e) {
      throw new IOException(e);
    }
  }

  private InputStream open(int wanted) throws IOException, ImageRejectedException {
    closeSamples();
    InputStream opened = parts.unpack(wanted);
    samples = opened;
    part = wanted;
    samplesAt = starts[wanted];
    return opened;
  }

  private void closeSamples() throws IOException {
    if (samples != null) {
      samples.close();
      samples = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeSamples();
    super.close();
  }
}
