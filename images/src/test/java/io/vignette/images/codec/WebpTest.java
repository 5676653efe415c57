package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebpTest {
  /** 300 × 300 white pixels. */
  private static final String FLAT =
      "5249464626000000574542505650384c1a0000002f2bc14a0007d0fffef7bfff010045faff9f22fa9ffadfff8800";

  /** 7 × 5 pixels of (5x, 3y, xy) with predictor, colour transform and subtracted green. */
  private static final String GRADIENT =
      "5249464636000000574542505650384c2a0000002f06000100b93244f43f76c52f7ff43fa0a06d1ba6873febb3415090"
          + "b6010bdb9d09880900f0d104e313";

  private static final String PIXEL =
      "5249464616000000574542505650384c090000002f000000008888fe0700";

  /** 4 × 4 pixels that refer to 65,536 groups of prefix codes. */
  private static final String GROUPS =
      "5249464644000000574542505650384c380000002f03c0000084fef73f2222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222";

  private final ImageDecoder decoder = new ImageDecoder();

  /** The decoder read its last bits again and again, and made 400 MB of tables of them. */
  @Test
  void refusesGroupsOfCodesThatAreNotInTheFile() {
    assertThatThrownBy(
            () -> decoder.decode(HexFormat.of().parseHex(GROUPS), ImageLimits.defaults()))
        .isInstanceOf(ImageRejectedException.class);
  }

  @Test
  void tablesAreCountedByTheirCodes() throws ImageRejectedException {
    assertThat(tableBytes(FLAT)).isBetween(5L * 1024, 6L * 1024);
    assertThat(tableBytes(GRADIENT)).isBetween(5L * 1024, 8L * 1024);
  }

  private static long tableBytes(String hex) throws ImageRejectedException {
    WebpStructure structure = WebpStructure.of(new Bytes(HexFormat.of().parseHex(hex)));
    return LosslessStructure.tableBytes(structure.bitstream().sliceFrom(8), structure.frame());
  }

  @Test
  void decodesAPictureThatIsFarLargerThanItsFile() throws ImageRejectedException {
    DecodedImage flat = decoder.decode(HexFormat.of().parseHex(FLAT), ImageLimits.defaults());

    assertThat(flat.width()).isEqualTo(300);
    assertThat(flat.rgb()).containsOnly(255).hasSize(3 * 300 * 300);
  }

  @Test
  void decodesTransformedPixels() throws ImageRejectedException {
    DecodedImage image = decoder.decode(HexFormat.of().parseHex(GRADIENT), ImageLimits.defaults());

    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        int at = 3 * (7 * y + x);
        assertThat(image.rgb()[at]).isEqualTo((byte) (5 * x));
        assertThat(image.rgb()[at + 1]).isEqualTo((byte) (3 * y));
        assertThat(image.rgb()[at + 2]).isEqualTo((byte) (x * y));
      }
    }
  }

  @Test
  void decodesASinglePixel() throws ImageRejectedException {
    DecodedImage pixel = decoder.decode(HexFormat.of().parseHex(PIXEL), ImageLimits.defaults());

    assertThat(pixel.rgb()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void refusesATransformThatComesTwice(int kind) {
    LosslessFile file = new LosslessFile(4000, 4000);
    file.transform(kind).transform(kind);

    assertThatThrownBy(() -> decoder.decode(file.bytes(), ImageLimits.defaults()))
        .isInstanceOf(ImageRejectedException.class)
        .hasMessageContaining("kind %d twice", kind);
  }

  /** The decoder reads a bit for each of their symbols where others read none. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0"})
  void refusesTwoSymbolsThatDoNotAscend(int first, int second) {
    LosslessFile file = new LosslessFile(4000, 4000);
    file.bits(1, 1).bits(0, 2).bits(7, 3).bits(0, 1);
    file.bits(1, 1).bits(1, 1).bits(0, 1).bits(first, 1).bits(second, 8);

    assertThatThrownBy(() -> decoder.decode(file.bytes(), ImageLimits.defaults()))
        .isInstanceOf(ImageRejectedException.class)
        .hasMessageContaining("symbol %d behind %d", second, first);
  }

  @Test
  void refusesAPictureWhoseBitsEndEarly() {
    byte[] cut = HexFormat.of().parseHex(GRADIENT);
    cut[16] -= 20; // The chunk's size; what follows is another chunk's.

    assertThatThrownBy(() -> decoder.decode(cut, ImageLimits.defaults()))
        .isInstanceOf(ImageRejectedException.class);
  }

  @Test
  void refusesACodeWithoutSymbols() {
    LosslessFile file = new LosslessFile(4000, 4000);
    // A predictor whose first code has 19 lengths of lengths, all of them 0.
    file.bits(1, 1).bits(0, 2).bits(7, 3).bits(0, 1).bits(0, 1).bits(15, 4).bits(0, 100);

    assertThatThrownBy(() -> decoder.decode(file.bytes(), ImageLimits.defaults()))
        .isInstanceOf(ImageRejectedException.class)
        .hasMessageContaining("WebP prefix code");
  }

  /** A lossless file written bit by bit. */
  private static final class LosslessFile {
    private final BitSet bits = new BitSet();
    private int count;

    LosslessFile(int width, int height) {
      bits(0x2F, 8).bits(width - 1, 14).bits(height - 1, 14).bits(0, 4);
    }

    LosslessFile bits(int value, int size) {
      for (int bit = 0; bit < size; bit++) {
        bits.set(count++, bit < 32 && (value >> bit & 1) == 1);
      }
      return this;
    }

    /** With a sub-image of one colour where the kind has one. */
    LosslessFile transform(int kind) {
      bits(1, 1).bits(kind, 2);
      switch (kind) {
        case 0, 1 -> bits(7, 3);
        case 3 -> bits(255, 8);
        default -> {
          return this;
        }
      }
      bits(0, 1);
      for (int code = 0; code < 5; code++) {
        bits(1, 1).bits(0, 1).bits(0, 1).bits(0, 1);
      }
      return this;
    }

    byte[] bytes() {
      int size = (count + 7) / 8;
      ByteBuffer file = ByteBuffer.allocate(20 + size).order(ByteOrder.LITTLE_ENDIAN);
      file.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(12 + size);
      file.put("WEBPVP8L".getBytes(StandardCharsets.ISO_8859_1)).putInt(size);
      return file.put(bits.toByteArray()).array();
    }
  }
}
