package io.vignette.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.Reason;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {

  @TempDir Path folder;

  @Test
  void theSameSeedDrawsTheSamePixels() {
    var first = new Pictures(7).draw(64, 48);
    var second = new Pictures(7).draw(64, 48);

    assertThat(first.getRGB(0, 0, 64, 48, null, 0, 64))
        .isEqualTo(second.getRGB(0, 0, 64, 48, null, 0, 64));
  }

  @Test
  void writtenPicturesCanBeRead() throws Exception {
    for (Path file : new Pictures(7).writeMixed(folder, 4, 64, 48)) {
      assertThat(ImageIO.read(file.toFile())).as("%s", file).isNotNull();
    }
  }

  @Test
  void badPicturesAreOfEveryKind() throws Exception {
    Path good = new Pictures(1).writeJpegs(folder, 1, 64, 48).getFirst();

    assertThat(BadPictures.write(folder, 6, good).values())
        .containsExactlyInAnyOrder(
            Reason.IMAGE_CORRUPT,
            Reason.IMAGE_UNSUPPORTED_TYPE,
            Reason.IMAGE_EMPTY,
            Reason.IMAGE_TOO_MANY_PIXELS,
            Reason.IMAGE_CORRUPT,
            Reason.IMAGE_TOO_LARGE);
  }
}
