package io.vignette.testkit;

import io.vignette.wire.Reason;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Files that look like pictures and can't be captioned, each with the reason it must get. */
public final class BadPictures {

  private static final long ONE_GIGABYTE = 1L << 30;

  private BadPictures() {}

  /**
   * Writes {@code count} bad files, going round through the kinds.
   *
   * @param goodJpeg a valid JPEG to cut short
   * @return file → expected reason
   */
  public static Map<Path, Reason> write(Path folder, int count, Path goodJpeg) throws IOException {
    byte[] jpeg = Files.readAllBytes(goodJpeg);
    Map<Path, Reason> written = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      writeKind(i % 6, folder, String.format("bad-%04d", i), jpeg, written);
    }
    return written;
  }

  private static void writeKind(
      int kind, Path folder, String name, byte[] jpeg, Map<Path, Reason> written)
      throws IOException {
    switch (kind) {
      case 0 -> {
        byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
        written.put(
            Files.write(folder.resolve(name + "-truncated.jpg"), half), Reason.IMAGE_CORRUPT);
      }
      case 1 -> {
        byte[] text = "this is no picture\n".getBytes(StandardCharsets.UTF_8);
        written.put(
            Files.write(folder.resolve(name + "-text.png"), text), Reason.IMAGE_UNSUPPORTED_TYPE);
      }
      case 2 ->
          written.put(
              Files.write(folder.resolve(name + "-empty.gif"), new byte[0]), Reason.IMAGE_EMPTY);
      case 3 ->
          written.put(
              Files.write(folder.resolve(name + "-huge-header.png"), pngHeader(50_000, 50_000)),
              Reason.IMAGE_TOO_MANY_PIXELS);
      case 4 -> {
        byte[] garbage = Arrays.copyOf(jpeg, 64 + jpeg.length);
        Arrays.fill(garbage, 4, garbage.length, (byte) 0x5A);
        written.put(
            Files.write(folder.resolve(name + "-garbage.jpg"), garbage), Reason.IMAGE_CORRUPT);
      }
      default -> {
        Path file = folder.resolve(name + "-gigabyte.jpg");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
          sparse.write(jpeg);
          sparse.setLength(ONE_GIGABYTE);
        }
        written.put(file, Reason.IMAGE_TOO_LARGE);
      }
    }
  }

  /** A PNG that announces {@code width} × {@code height} and ends after its first pixels. */
  public static byte[] pngHeader(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    chunk(out, "IDAT", new byte[] {0x78, (byte) 0x9C});
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
