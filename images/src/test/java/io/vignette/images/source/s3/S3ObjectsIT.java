package io.vignette.images.source.s3;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.wire.Reason;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3ObjectsIT {
  private static final byte[] BYTES = {1, 2, 3, 4};
  private static final String PHOTOS = "photos";
  private static final String SECRETS = "secrets";
  private static final String MISSING = "missing-bucket";

  @TempDir private static Path folder;
  private static S3Server server;
  private static S3Connection connection;
  private static S3Objects objects;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(folder);
    server.createBucket(PHOTOS);
    server.createBucket(SECRETS);
    server.put(SECRETS, "plan.png", BYTES);
    connection = S3Connection.open(server.settings());
    objects = connection.objects(Set.of(PHOTOS, MISSING));
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.jpg",
        "with space.jpg",
        "plus+sign.jpg",
        "Straße/Müller, Größe=5&Co.jpg",
        "Mu\u0308ller decomposed.jpg",
        "not%2Fa slash%20.jpg",
        "emoji 🐈‍⬛/📷.png",
        "what?is#this.jpg",
        "a:b;c@d!$'()*.jpg",
        "~tilde_under-score...jpg",
        "日本/写真.jpg"
      })
  void readsTheObjectOfThatVeryName(String key) throws Exception {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    server.put(PHOTOS, key, bytes);
    String reference = S3ObjectReference.of(PHOTOS, key).format();

    assertThat(objects.understands(reference)).isTrue();
    assertThat(objects.read(reference, 1000)).isEqualTo(bytes);
  }

  @Test
  void readsTheVersionThatIsNamed() throws Exception {
    String bucket = PHOTOS;
    server.keepVersions(bucket);
    String first = server.put(bucket, "versions.jpg", new byte[] {1});
    String second = server.put(bucket, "versions.jpg", new byte[] {2});

    assertThat(readVersion(first)).containsExactly(1);
    assertThat(readVersion(second)).containsExactly(2);
    assertThat(objects.read("s3://photos/versions.jpg", 10)).containsExactly(2);
  }

  private static byte[] readVersion(String version) throws Exception {
    return objects.read(
        new S3ObjectReference(PHOTOS, "versions.jpg", Optional.of(version)).format(), 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://secrets/plan.png",
        "s3://PHOTOS/plan.png",
        "s3://photos/../secrets/plan.png",
        "s3://photos/%2E%2E/secrets/plan.png",
        "s3://photos/a/..",
        "s3://photos/./plan.png"
      })
  void readsNothingOutsideOfTheBucketsAllowed(String reference) {
    assertRejected(Reason.IMAGE_FORBIDDEN_ADDRESS, () -> objects.read(reference, 100))
        .hasMessageStartingWith("image object: " + reference + " (expected: a ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3://photos/", "s3://photos", "s3:///x", "s3://photos/a b", "s3://photos/%"})
  void saysWhatAReferenceLooksLike(String reference) {
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> objects.read(reference, 100))
        .hasMessageContaining("(expected: s3://BUCKET/KEY, percent-encoded");
  }

  @Test
  void saysThatThereIsNone() {
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> objects.read("s3://photos/none.jpg", 100))
        .hasMessage(
            "image object: s3://photos/none.jpg, NoSuchKey, status 404"
                + " (expected: an existing object)");
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> objects.read("s3://missing-bucket/a.jpg", 100))
        .hasMessage(
            "image object: s3://missing-bucket/a.jpg, NoSuchBucket, status 404"
                + " (expected: an existing bucket)");
  }

  @Test
  void refusesToReadMoreThanAllowed() {
    server.put(PHOTOS, "large.jpg", BYTES);

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> objects.read("s3://photos/large.jpg", 3))
        .hasMessage("image size: 4 bytes (expected: at most 3)");
  }

  @Test
  void leavesTheObjectsToTheirOwner() throws Exception {
    server.put(PHOTOS, "kept.jpg", BYTES);

    objects.delete("s3://photos/kept.jpg");
    assertThat(objects.deleteOlderThan(Instant.now().plusSeconds(3600))).isZero();
    assertThatThrownBy(() -> objects.put(InputStream.nullInputStream(), 1))
        .isInstanceOf(UnsupportedOperationException.class);

    assertThat(objects.read("s3://photos/kept.jpg", 4)).isEqualTo(BYTES);
  }

  @Test
  void takesWrongCredentialsForAFaultOfOurs() throws Exception {
    server.put(PHOTOS, "mine.jpg", BYTES);
    S3Settings settings = server.settings("wrong");
    try (S3Connection stranger = S3Connection.open(settings)) {
      S3Objects refused = stranger.objects(Set.of(PHOTOS));

      assertRejected(Reason.IMAGE_UNREACHABLE, () -> refused.read("s3://photos/mine.jpg", 4))
          .hasMessageContaining("(expected: credentials that S3 accepts)");
    }
  }
}
