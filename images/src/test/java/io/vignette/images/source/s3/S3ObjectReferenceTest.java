package io.vignette.images.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3ObjectReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "a.jpg, s3://photos/a.jpg",
    "a b.jpg, s3://photos/a%20b.jpg",
    "a+b.jpg, s3://photos/a%2Bb.jpg",
    "a%2Fb, s3://photos/a%252Fb",
    "a/b//c/, s3://photos/a/b//c/",
    "ä?#&=, s3://photos/%C3%A4%3F%23%26%3D",
    "🐈, s3://photos/%F0%9F%90%88",
    "../x, s3://photos/../x"
  })
  void writesAndReadsKeys(String key, String text) {
    S3ObjectReference object = S3ObjectReference.of("photos", key);

    assertThat(object.format()).isEqualTo(text);
    assertThat(S3ObjectReference.parse(text)).contains(object);
  }

  @Test
  void writesAndReadsVersions() {
    S3ObjectReference object =
        new S3ObjectReference("photos", "a.jpg", Optional.of("3/L4kq+tJ=lpX&x"));

    assertThat(object.format()).isEqualTo("s3://photos/a.jpg?versionId=3%2FL4kq%2BtJ%3DlpX%26x");
    assertThat(S3ObjectReference.parse(object.format())).contains(object);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://photos/a+b.jpg, a+b.jpg",
    "s3://photos/a%2bb.jpg, a+b.jpg",
    "s3://photos/a!$&'()*;=:@b, a!$&'()*;=:@b"
  })
  void readsSignsAsTheyAre(String text, String key) {
    assertThat(S3ObjectReference.parse(text).map(S3ObjectReference::key)).contains(key);
  }

  @Test
  void lengthCostsNoStack() {
    assertThat(S3ObjectReference.parse("s3://photos/" + "a".repeat(100_000))).isEmpty();
    assertThat(S3ObjectReference.parse("s3://photos/" + "%20".repeat(100_000))).isEmpty();
    assertThat(S3ObjectReference.parse("s3://photos/a?versionId=" + "a".repeat(100_000)))
        .isPresent();
  }

  @Test
  void readsWhatItWroteWhateverTheKey() {
    long seed = Long.getLong("vignette.fuzz.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      S3ObjectReference object =
          new S3ObjectReference(
              "photos",
              randomText(random),
              Optional.of(randomText(random)).filter(v -> v.length() > 4));
      assertThat(S3ObjectReference.parse(object.format())).as("seed %d", seed).contains(object);
    }
  }

  private static String randomText(Random random) {
    int most = random.nextBoolean() ? 0x80 : 0x11_0000;
    int[] characters =
        random
            .ints(1 + random.nextInt(20), 1, most)
            .map(c -> c >= 0xd800 && c < 0xe000 ? 'x' : c)
            .toArray();
    return new String(characters, 0, characters.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3:",
        "s3://photos",
        "s3://photos/",
        "s3:///a.jpg",
        "s3://p/a.jpg",
        "s3://photos:80/a.jpg",
        "s3://user@photos/a.jpg",
        "S3://photos/a.jpg",
        "http://photos/a.jpg",
        "s3://photos/a b.jpg",
        "s3://photos/ä.jpg",
        "s3://photos/%",
        "s3://photos/%4",
        "s3://photos/%4g",
        "s3://photos/%ff",
        "s3://photos/%c0%af",
        "s3://photos/%ed%a0%80",
        "s3://photos/a#b",
        "s3://photos/a?",
        "s3://photos/a?versionId=",
        "s3://photos/a?versionid=1",
        "s3://photos/a?versionId=1&x=2?",
        "s3://photos/a\n"
      })
  void readsNothingElse(String text) {
    assertThat(S3ObjectReference.parse(text)).isEmpty();
  }

  @Test
  void knowsTheLongestKey() {
    assertThat(S3ObjectReference.of("photos", "ä".repeat(512)).key()).hasSize(512);
    assertThatThrownBy(() -> S3ObjectReference.of("photos", "ä".repeat(512) + "a"))
        .hasMessage("s3 key: 1025 bytes (expected: 1 to 1024)");
    assertThat(S3ObjectReference.parse("s3://photos/" + "a".repeat(1025))).isEmpty();
  }

  @Test
  void refusesWhatNoServerCanName() {
    assertThatThrownBy(() -> S3ObjectReference.of("photos", ""))
        .hasMessage("s3 key: 0 bytes (expected: 1 to 1024)");
    assertThatThrownBy(() -> S3ObjectReference.of("photos", "\ud83d"))
        .hasMessage("s3 name: not Unicode (expected: whole characters)");
    assertThatThrownBy(() -> S3ObjectReference.of("a/b", "key"))
        .hasMessageStartingWith("s3 bucket: a/b (expected: ");
    assertThatThrownBy(() -> new S3ObjectReference("photos", "a", Optional.of("")))
        .hasMessage("s3 version: empty (expected: none, or not empty)");
  }
}
