package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.DecodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Broken files of every format: what comes out is a picture or an {@link ImageRejectedException},
 * never anything else. The seed is printed; give it as {@code -Dvignette.fuzz.seed} to repeat a
 * run.
 */
class MutationFuzzIT {
  private static final int MUTATIONS = 24_000;
  private static final Duration TIME_MAX = Duration.ofMinutes(2);
  private static final List<String> SEEDS =
      List.of(
          "jpeg-420.jpg",
          "jpeg-progressive.jpg",
          "jpeg-cmyk.jpg",
          "png-palette-alpha.png",
          "png-rgb16.png",
          "png-interlaced.png",
          "bmp-8bit.bmp",
          "gif-animated.gif",
          "webp-lossy-alpha.webp",
          "webp-animated.webp",
          "tiff-lzw.tiff",
          "tiff-cmyk.tiff");
  private static final ImageLimits LIMITS =
      new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(1), Duration.ofSeconds(1));

  /** Of which the seeds are sixteen times as large. */
  private static final TargetSize TINY = new TargetSize(3, 3);

  private final ImageDecoder decoder = new ImageDecoder();
  private final Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
  private int decoded;

  @Test
  void everyMutationGivesAPictureOrARejection() {
    long seed = Long.getLong("vignette.fuzz.seed", System.nanoTime());
    System.out.println("fuzz seed: " + seed);
    Random random = new Random(seed);
    long start = System.nanoTime();

    for (int i = 0; i < MUTATIONS; i++) {
      String name = SEEDS.get(i % SEEDS.size());
      byte[] file = mutate(Goldens.bytes("decode", name), random);
      decode(file, random.nextBoolean(), "mutation %d of %s, seed %d".formatted(i, name, seed));
    }

    System.out.println("fuzz: " + decoded + " decoded, refused " + refusals);
    assertThat(decoded).isPositive();
    assertThat(refusals).containsKey(Reason.IMAGE_CORRUPT);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIME_MAX);
  }

  private void decode(byte[] file, boolean reduced, String description) {
    Optional<TargetSize> target = reduced ? Optional.of(TINY) : Optional.empty();
    try {
      DecodedImage image = decoder.decode(file, LIMITS, target, () -> {});
      assertThat(image.rgb()).as(description).hasSize(3 * image.width() * image.height());
      decoded++;
    } catch (ImageRejectedException e) {
      assertThat(e.getMessage()).as(description).isNotBlank().doesNotContain("\n");
      refusals.merge(e.reason(), 1, Integer::sum);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(description, e);
    }
  }

  private static byte[] mutate(byte[] file, Random random) {
    byte[] mutated = file.clone();
    // Half of the changes hit the front, where the structure is.
    int reach = random.nextBoolean() ? Math.min(128, mutated.length) : mutated.length;
    for (int n = 1 + random.nextInt(6); n > 0; n--) {
      int at = random.nextInt(reach);
      switch (random.nextInt(5)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutated[at] = (byte) 0xFF;
        case 3 -> mutated[at] = 0;
        default -> {
          int length = Math.min(1 + random.nextInt(16), mutated.length - at);
          System.arraycopy(mutated, random.nextInt(mutated.length - length), mutated, at, length);
        }
      }
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(mutated, random.nextInt(mutated.length))
        : mutated;
  }
}
