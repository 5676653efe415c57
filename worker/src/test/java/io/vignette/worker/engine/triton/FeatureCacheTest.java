package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class FeatureCacheTest {
  private static final String MODEL = "m";
  private static final String VERSION = "1";
  private static final PictureHash FIRST = PictureHash.of(new byte[] {1});
  private static final PictureHash SECOND = PictureHash.of(new byte[] {2});
  private static final PictureHash THIRD = PictureHash.of(new byte[] {3});

  private final FeatureCache cache = new FeatureCache(10);

  @Test
  void findsByContent() {
    cache.keep(MODEL, VERSION, FIRST, bytes(4));

    assertThat(cache.find(MODEL, PictureHash.of(new byte[] {1}))).contains(bytes(4));
    assertThat(cache.find(MODEL, SECOND)).isEmpty();
    assertThat(cache.find("other", FIRST)).isEmpty();
  }

  @Test
  void theLeastRecentlyUsedGoFirst() {
    cache.keep(MODEL, VERSION, FIRST, bytes(4));
    cache.keep(MODEL, VERSION, SECOND, bytes(4));
    assertThat(cache.find(MODEL, FIRST)).isPresent();

    cache.keep(MODEL, VERSION, THIRD, bytes(4));

    assertThat(cache.find(MODEL, SECOND)).isEmpty();
    assertThat(cache.find(MODEL, FIRST)).isPresent();
    assertThat(cache.bytes()).isEqualTo(8);
  }

  @Test
  void keptTwiceCountsOnce() {
    cache.keep(MODEL, VERSION, FIRST, bytes(4));
    cache.keep(MODEL, VERSION, FIRST, bytes(5));

    assertThat(cache.bytes()).isEqualTo(5);
  }

  @Test
  void keepsNothingLargerThanItself() {
    cache.keep(MODEL, VERSION, FIRST, bytes(4));
    cache.keep(MODEL, VERSION, SECOND, bytes(11));

    assertThat(cache.find(MODEL, SECOND)).isEmpty();
    assertThat(cache.find(MODEL, FIRST)).isPresent();
  }

  @Test
  void anotherEncoderMakesOtherFeatures() {
    cache.keep(MODEL, VERSION, FIRST, bytes(4));
    cache.keep("other", VERSION, THIRD, bytes(3));

    cache.keep(MODEL, "2", SECOND, bytes(2));

    assertThat(cache.find(MODEL, FIRST)).isEmpty();
    assertThat(cache.find("other", THIRD)).isPresent();
    assertThat(cache.bytes()).isEqualTo(5);
  }

  @Test
  void clearingForgetsEverything() {
    cache.keep(MODEL, VERSION, FIRST, bytes(4));

    cache.clear();

    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.bytes()).isZero();
  }

  private static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }
}
