package io.vignette.images.source.s3;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of pictures when S3 is away, busy, slow or odd. */
@Timeout(60)
class S3FaultsIT {
  private static final byte[] BYTES = {1, 2, 3, 4};
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String OBJECT = "s3://photos/a.jpg";
  private static final S3Folder UPLOADS = new S3Folder("uploads", "");

  @TempDir private Path folder;

  @Test
  void aServerThatIsGoneIsUnreachable() throws Exception {
    S3Settings settings = ScriptedS3.settings(freePort(), folder, PATIENCE);
    try (S3Connection connection = S3Connection.open(settings)) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> readObject(connection))
          .hasMessageMatching(
              "image object: s3://photos/a.jpg, \\w+Exception \\(expected: an answer of S3\\)");
      assertRejected(Reason.STORE_UNAVAILABLE, () -> readUpload(connection))
          .hasMessageEndingWith("(expected: an answer of S3)");
      assertRejected(Reason.STORE_UNAVAILABLE, () -> put(connection, BYTES))
          .hasMessageEndingWith("(expected: an answer of S3)");
      assertRejected(
          Reason.INTERNAL, () -> connection.uploads(UPLOADS).deleteOlderThan(Instant.now()));
    }
  }

  @Test
  void noCredentialsAreAFaultOfOurs() throws Exception {
    S3Settings settings = ScriptedS3.settings(freePort(), folder, PATIENCE);
    Files.writeString(settings.credentialsFile().orElseThrow(), "[other]\n");
    try (S3Connection connection = S3Connection.open(settings)) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> readObject(connection))
          .hasMessage(
              "image object: s3://photos/a.jpg, no credentials"
                  + " (expected: credentials that S3 accepts)");
      assertRejected(Reason.STORE_UNAVAILABLE, () -> readUpload(connection));
    }
  }

  @Test
  void aBusyServerIsAskedAgain() throws Exception {
    try (ScriptedS3 server =
            new ScriptedS3(
                ScriptedS3.error(503, "SlowDown"),
                ScriptedS3.error(500, "InternalError"),
                ScriptedS3.bytes(BYTES));
        S3Connection connection = open(server)) {
      assertThat(readObject(connection)).isEqualTo(BYTES);
      assertThat(server.requests()).isEqualTo(3);
    }
  }

  @Test
  void aServerThatStaysBusyIsUnreachable() throws Exception {
    try (ScriptedS3 server = new ScriptedS3(ScriptedS3.error(503, "SlowDown"));
        S3Connection connection = open(server)) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> readObject(connection))
          .hasMessageContaining("SlowDown, status 503");
      assertThat(server.requests()).isEqualTo(3);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsAskedForAgain() throws Exception {
    try (ScriptedS3 server =
            new ScriptedS3(ScriptedS3.announced(4, 2, false), ScriptedS3.bytes(BYTES));
        S3Connection connection = open(server)) {
      assertThat(readObject(connection)).isEqualTo(BYTES);
    }
  }

  @Test
  void anAnswerThatStopsIsAskedForAgain() throws Exception {
    try (ScriptedS3 server =
            new ScriptedS3(ScriptedS3.announced(4, 2, true), ScriptedS3.bytes(BYTES));
        S3Connection connection = open(server)) {
      assertThat(readObject(connection)).isEqualTo(BYTES);
    }
  }

  @Test
  void silenceEnds() throws Exception {
    try (ScriptedS3 server = new ScriptedS3(ScriptedS3.silence());
        S3Connection connection =
            S3Connection.open(server.settings(folder, Duration.ofMillis(200)))) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> readObject(connection))
          .hasMessageContaining("TimeoutException");
    }
  }

  @Test
  void nothingIsReadOfWhatIsAnnouncedAsTooLarge() throws Exception {
    try (ScriptedS3 server = new ScriptedS3(ScriptedS3.announced(5_000_000_000L, 0, true));
        S3Connection connection = open(server)) {
      assertRejected(Reason.IMAGE_TOO_LARGE, () -> readObject(connection))
          .hasMessage("image size: 5000000000 bytes (expected: at most 100)");
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void whatDoesNotSayItsLengthIsCounted() throws Exception {
    try (ScriptedS3 server = new ScriptedS3(ScriptedS3.endless());
        S3Connection connection = open(server)) {
      assertRejected(Reason.IMAGE_TOO_LARGE, () -> readObject(connection))
          .hasMessage("image size: more than 100 bytes (expected: at most 100)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, IMAGE_UNREADABLE, STORE_UNAVAILABLE",
    "403, InvalidAccessKeyId, IMAGE_UNREACHABLE, STORE_UNAVAILABLE",
    "400, ExpiredToken, IMAGE_UNREACHABLE, STORE_UNAVAILABLE",
    "400, InvalidArgument, IMAGE_UNREADABLE, STORE_UNAVAILABLE",
    "403, InvalidObjectState, IMAGE_UNREADABLE, STORE_UNAVAILABLE",
    "404, NoSuchVersion, IMAGE_NOT_FOUND, IMAGE_NOT_FOUND",
    "301, PermanentRedirect, IMAGE_UNREACHABLE, STORE_UNAVAILABLE",
    "429, TooManyRequests, IMAGE_UNREACHABLE, STORE_UNAVAILABLE",
    "501, NotImplemented, IMAGE_UNREADABLE, STORE_UNAVAILABLE",
    "507, InsufficientStorage, IMAGE_UNREACHABLE, STORE_UNAVAILABLE"
  })
  void answersMeanWhatTheirCodesSay(int status, String code, Reason ofObject, Reason ofUpload)
      throws Exception {
    try (ScriptedS3 server = new ScriptedS3(ScriptedS3.error(status, code));
        S3Connection connection = open(server)) {
      assertRejected(ofObject, () -> readObject(connection))
          .hasMessageContaining(code + ", status");
      assertRejected(ofUpload, () -> readUpload(connection));
      assertRejected(Reason.STORE_UNAVAILABLE, () -> put(connection, BYTES));
    }
  }

  @Test
  void anUploadInPartsThatFailsIsAborted() throws Exception {
    try (ScriptedS3 server =
            new ScriptedS3(
                ScriptedS3.bytes(
                    "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
                        .getBytes(StandardCharsets.UTF_8)),
                ScriptedS3.error(403, "AccessDenied"));
        S3Connection connection = open(server)) {
      assertRejected(
              Reason.STORE_UNAVAILABLE, () -> put(connection, new byte[S3BlobStore.PART_BYTES + 1]))
          .hasMessageContaining("AccessDenied, status 403 (expected: the permission");
      // Create, part, abort.
      assertThat(server.requests()).isEqualTo(3);
    }
  }

  private S3Connection open(ScriptedS3 server) throws IOException {
    return S3Connection.open(server.settings(folder, PATIENCE));
  }

  private static byte[] readObject(S3Connection connection) throws Exception {
    return connection.objects(Set.of("photos")).read(OBJECT, 100);
  }

  private static byte[] readUpload(S3Connection connection) throws Exception {
    UploadReference reference = new UploadReference(UUID.randomUUID(), "0".repeat(64));
    return connection.uploads(UPLOADS).read(reference.format(), 100);
  }

  private static void put(S3Connection connection, byte[] bytes) throws Exception {
    connection.uploads(UPLOADS).put(new ByteArrayInputStream(bytes), bytes.length);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
