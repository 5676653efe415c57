package io.vignette.images.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A TIFF file made field by field. */
final class TestTiff {
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int UNDEFINED = 7;
  private static final int ENTRY = 12;

  private record Field(int tag, int type, int count, int value) {}

  private final List<Field> fields = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  private TestTiff() {}

  static TestTiff of(int width, int height) {
    return new TestTiff().with(256, width).with(257, height);
  }

  /** The field, in place of one of the same tag. */
  TestTiff with(int tag, int value) {
    return typed(tag, typeOf(value), value);
  }

  TestTiff typed(int tag, int type, int value) {
    fields.removeIf(field -> field.tag == tag);
    fields.add(new Field(tag, type, 1, value));
    return this;
  }

  /** The field, behind one of the same tag. */
  TestTiff again(int tag, int value) {
    fields.add(new Field(tag, typeOf(value), 1, value));
    return this;
  }

  /** One strip: this JPEG file, grey. */
  TestTiff jpeg(byte[] file) {
    int height = fields.stream().filter(field -> field.tag == 257).findFirst().orElseThrow().value;
    with(258, 8).with(259, 7).with(262, 1).with(277, 1).with(278, height);
    return with(273, -1 - append(file)).with(279, file.length);
  }

  /** One strip: these bytes. */
  TestTiff strip(byte[] packed) {
    return with(273, -1 - append(packed)).with(279, packed.length);
  }

  /** One tile of this size: these bytes. */
  TestTiff tile(int width, int height, byte[] packed) {
    with(322, width).with(323, height);
    return with(324, -1 - append(packed)).with(325, packed.length);
  }

  TestTiff without(int tag) {
    fields.removeIf(field -> field.tag == tag);
    return this;
  }

  /** The field with so many times the same value. */
  TestTiff repeated(int tag, int count, int value) {
    ByteBuffer values = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      values.putInt(value);
    }
    without(tag);
    fields.add(new Field(tag, LONG, count, -1 - append(values.array())));
    return this;
  }

  TestTiff tables(byte[] file) {
    fields.add(new Field(347, UNDEFINED, file.length, -1 - append(file)));
    return this;
  }

  private static int typeOf(int value) {
    return value >= 0 && value < 1 << 16 ? SHORT : LONG;
  }

  private int append(byte[] bytes) {
    int at = data.size();
    data.writeBytes(bytes);
    return at;
  }

  /** Values below zero are places in what follows the fields. */
  byte[] file() {
    int end = 8 + 2 + ENTRY * fields.size() + 4;
    ByteBuffer tiff = ByteBuffer.allocate(end + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put("II*\0".getBytes(ISO_8859_1)).putInt(8).putShort((short) fields.size());
    for (Field field : fields) {
      tiff.putShort((short) field.tag).putShort((short) field.type).putInt(field.count);
      tiff.putInt(field.value < 0 ? end - 1 - field.value : field.value);
    }
    tiff.putInt(0).put(data.toByteArray());
    return tiff.array();
  }
}
