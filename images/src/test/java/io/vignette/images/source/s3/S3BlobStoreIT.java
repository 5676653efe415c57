package io.vignette.images.source.s3;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.images.EncodedImage;
import io.vignette.images.source.BlobReference;
import io.vignette.images.source.FileBlobStore;
import io.vignette.images.source.RoutingBlobStore;
import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.S3Object;

class S3BlobStoreIT {
  private static final byte[] BYTES = {1, 2, 3, 4};
  private static final String PREFIX = "vignette/blobs/";
  private static final long LIMIT = 64L * 1024 * 1024;

  @TempDir private static Path folder;
  private static S3Server server;
  private static S3Connection connection;

  private String bucket;
  private S3BlobStore store;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(folder);
    connection = S3Connection.open(server.settings());
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    server.close();
  }

  @BeforeEach
  void freshBucket() {
    bucket = "uploads-" + UUID.randomUUID();
    server.createBucket(bucket);
    store = connection.uploads(new S3Folder(bucket, PREFIX));
  }

  @Test
  void givesBackWhatWasPut() throws Exception {
    BlobReference reference = put(BYTES);

    assertThat(store.read(reference.reference(), 4)).isEqualTo(BYTES);
    assertThat(reference.reference()).matches("s3blob:[0-9a-f-]{36}\\.[0-9a-f]{64}");
    assertThat(reference.sizeBytes()).isEqualTo(4);
    assertThat(reference.sha256()).isEqualTo(new EncodedImage(BYTES).sha256());
    assertThat(store.understands(reference.reference())).isTrue();
    assertThat(keys()).hasSize(1).allMatch(key -> key.matches(PREFIX + "[0-9a-f-]{36}"));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        S3BlobStore.PART_BYTES - 1,
        S3BlobStore.PART_BYTES,
        S3BlobStore.PART_BYTES + 1,
        2 * S3BlobStore.PART_BYTES,
        20_000_000
      })
  void givesBackWhateverItsSize(int size) throws Exception {
    byte[] bytes = randomBytes(size);

    BlobReference reference = store.put(new ByteArrayInputStream(bytes), size);

    assertThat(reference.sizeBytes()).isEqualTo(size);
    assertThat(reference.sha256()).isEqualTo(new EncodedImage(bytes).sha256());
    assertThat(store.read(reference.reference(), size)).isEqualTo(bytes);
  }

  @Test
  void forgetsWhatWasDeleted() throws Exception {
    String reference = put(BYTES).reference();

    store.delete(reference);
    store.delete(reference);

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.read(reference, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, S3BlobStore.PART_BYTES, 2 * S3BlobStore.PART_BYTES + 5})
  void keepsNothingOfWhatIsTooLarge(int limit) {
    assertRejected(
            Reason.IMAGE_TOO_LARGE,
            () -> store.put(new ByteArrayInputStream(randomBytes(limit + 1)), limit))
        .hasMessage(
            "image size: more than %d bytes (expected: at most %d)".formatted(limit, limit));
    assertNothingKept();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, S3BlobStore.PART_BYTES + 3})
  void keepsNothingOfWhatBreaksOff(int size) {
    InputStream breaking =
        new SequenceInputStream(
            new ByteArrayInputStream(randomBytes(size)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("connection reset");
              }
            });

    assertRejected(Reason.IMAGE_UNREADABLE, () -> store.put(breaking, LIMIT));
    assertNothingKept();
  }

  @Test
  void refusesTheEmptyImage() {
    assertRejected(Reason.IMAGE_EMPTY, () -> store.put(InputStream.nullInputStream(), 4));
    assertNothingKept();
  }

  @Test
  void refusesToReadMoreThanAllowed() throws Exception {
    String reference = put(BYTES).reference();

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> store.read(reference, 3))
        .hasMessage("image size: 4 bytes (expected: at most 3)");
  }

  @Test
  void refusesBytesThatAreNotThoseThatWerePut() throws Exception {
    BlobReference reference = put(BYTES);
    byte[] others = {1, 2, 3, 5};
    server.put(bucket, keys().getFirst(), others);

    assertRejected(Reason.IMAGE_CHANGED, () -> store.read(reference.reference(), 4))
        .hasMessage(
            "image sha256: %s (expected: %s as stored)"
                .formatted(new EncodedImage(others).sha256(), reference.sha256()));
  }

  @Test
  void forgetsWhatIsOlder() throws Exception {
    String old = put(BYTES).reference();
    Instant oldAt = server.objects(bucket).getFirst().lastModified();
    // The server tells whole seconds.
    Awaitility.await().until(() -> Instant.now().isAfter(oldAt.plusMillis(1100)));
    String young = put(BYTES).reference();
    Instant youngAt =
        server.objects(bucket).stream()
            .map(S3Object::lastModified)
            .max(Instant::compareTo)
            .orElseThrow();

    assertThat(store.deleteOlderThan(youngAt)).isEqualTo(1);

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.read(old, 4));
    assertThat(store.read(young, 4)).isEqualTo(BYTES);
  }

  @Test
  void forgetsMoreThanAPage() throws Exception {
    for (int i = 0; i < 1001; i++) {
      server.put(bucket, PREFIX + UUID.randomUUID(), BYTES);
    }

    assertThat(store.deleteOlderThan(later())).isEqualTo(1001);

    assertThat(keys()).isEmpty();
  }

  @Test
  void forgetsUploadsThatWereNeverFinished() throws Exception {
    String key = PREFIX + UUID.randomUUID();
    server.owner().createMultipartUpload(create -> create.bucket(bucket).key(key));

    assertThat(store.deleteOlderThan(Instant.EPOCH)).isZero();
    assertThat(server.unfinishedUploads(bucket)).isEqualTo(1);
    assertThat(store.deleteOlderThan(later())).isEqualTo(1);

    assertThat(server.unfinishedUploads(bucket)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "vignette/blobs/README.md",
        "vignette/blobs/00000000-0000-4000-8000-00000000000A",
        "vignette/blobs/sub/00000000-0000-4000-8000-000000000000",
        "vignette/00000000-0000-4000-8000-000000000000"
      })
  void leavesObjectsOfOthersAlone(String key) throws Exception {
    server.put(bucket, key, BYTES);

    assertThat(store.deleteOlderThan(later())).isZero();

    assertThat(keys()).containsExactly(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3blob:",
        "s3blob:00000000-0000-4000-8000-000000000000",
        "s3blob:../../secret.0000000000000000000000000000000000000000000000000000000000000000",
        "blob:00000000-0000-4000-8000-000000000000",
        "s3://uploads/secret"
      })
  void leadsNowhereElse(String reference) {
    assertThat(store.understands(reference)).isFalse();
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.read(reference, 100));
    assertRejected(Reason.IMAGE_NOT_FOUND, () -> store.delete(reference));
  }

  @Test
  void standsBesideOtherStores(@TempDir Path files) throws Exception {
    FileBlobStore older = new FileBlobStore(files);
    String before = older.put(new ByteArrayInputStream(BYTES), 4).reference();
    RoutingBlobStore all =
        new RoutingBlobStore(List.of(store, older, connection.objects(Set.of())));

    String now = all.put(new ByteArrayInputStream(BYTES), 4).reference();

    assertThat(now).startsWith("s3blob:");
    assertThat(all.read(before, 4)).isEqualTo(all.read(now, 4)).isEqualTo(BYTES);
    assertThat(all.deleteOlderThan(later())).isEqualTo(2);
  }

  @Test
  void saysThatTheBucketIsMissing() {
    S3BlobStore lost = connection.uploads(new S3Folder("no-such-bucket", ""));
    String reference = "s3blob:00000000-0000-4000-8000-000000000000." + "0".repeat(64);

    assertRejected(Reason.STORE_UNAVAILABLE, () -> lost.put(new ByteArrayInputStream(BYTES), 4))
        .hasMessageContaining(
            "NoSuchBucket, status 404 (expected: an existing bucket no-such-bucket)");
    assertRejected(Reason.STORE_UNAVAILABLE, () -> lost.read(reference, 4))
        .hasMessageContaining("(expected: an existing bucket no-such-bucket)");
    assertRejected(Reason.INTERNAL, () -> lost.deleteOlderThan(Instant.now()))
        .hasMessageContaining("(expected: an existing bucket no-such-bucket)");
  }

  @Test
  void saysThatTheCredentialsAreWrongUntilTheirFileIsRight() throws Exception {
    S3Settings settings = server.settings("wrong");
    try (S3Connection stranger = S3Connection.open(settings)) {
      S3BlobStore refused = stranger.uploads(new S3Folder(bucket, PREFIX));

      assertRejected(
              Reason.STORE_UNAVAILABLE, () -> refused.put(new ByteArrayInputStream(BYTES), 4))
          .hasMessageContaining("SignatureDoesNotMatch, status 403")
          .hasMessageContaining("(expected: credentials that S3 accepts)")
          .hasMessageNotContaining("wrong");
      assertNothingKept();

      S3Server.writeRightCredentials(settings.credentialsFile().orElseThrow());
      // The SDK looks at the file every few seconds.
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThatCode(() -> refused.put(new ByteArrayInputStream(BYTES), 4))
                      .doesNotThrowAnyException());
    }
  }

  @Test
  void wantsTheFileOfCredentials() throws Exception {
    S3Settings good = server.settings();
    Path missing = folder.resolve("missing");
    S3Settings settings =
        new S3Settings(good.endpoint(), good.region(), true, Optional.of(missing), good.limits());

    assertThatThrownBy(() -> S3Connection.open(settings))
        .hasMessage(
            "s3 credentials-file: "
                + missing
                + " (expected: a readable file with the profile default)");
  }

  private BlobReference put(byte[] bytes) throws Exception {
    return store.put(new ByteArrayInputStream(bytes), bytes.length);
  }

  private List<String> keys() {
    return server.objects(bucket).stream().map(S3Object::key).toList();
  }

  private void assertNothingKept() {
    assertThat(keys()).isEmpty();
    assertThat(server.unfinishedUploads(bucket)).isZero();
  }

  private static Instant later() {
    return Instant.now().plusSeconds(3600);
  }

  private static byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
