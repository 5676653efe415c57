package io.vignette.images.source.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server in this JVM that keeps objects in memory and checks signatures. */
final class S3Server implements AutoCloseable {
  private static final String ACCESS_KEY = "vignette-test";
  private static final String SECRET_KEY = "not-a-secret";

  private final S3Proxy server;
  private final Path folder;
  private final S3Client owner;

  private S3Server(S3Proxy server, Path folder) {
    this.server = server;
    this.folder = folder;
    this.owner =
        S3Client.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
            .build();
  }

  /** Starts one that keeps its credentials' files in the folder. */
  static S3Server start(Path folder) throws Exception {
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
    server.start();
    return new S3Server(server, folder);
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  S3Settings settings() throws IOException {
    return settings(SECRET_KEY);
  }

  S3Settings settings(String secretKey) throws IOException {
    Path credentials = Files.createTempFile(folder, "credentials", "");
    writeCredentials(credentials, secretKey);
    return new S3Settings(
        Optional.of(endpoint()),
        "us-east-1",
        true,
        Optional.of(credentials),
        S3Settings.Limits.defaults());
  }

  static void writeRightCredentials(Path file) throws IOException {
    writeCredentials(file, SECRET_KEY);
  }

  private static void writeCredentials(Path file, String secretKey) throws IOException {
    Files.writeString(
        file,
        """
        [default]
        aws_access_key_id = %s
        aws_secret_access_key = %s
        """
            .formatted(ACCESS_KEY, secretKey),
        StandardCharsets.UTF_8);
  }

  /** What its owner does, beside what is tested. */
  S3Client owner() {
    return owner;
  }

  void createBucket(String bucket) {
    owner.createBucket(create -> create.bucket(bucket));
  }

  void keepVersions(String bucket) {
    owner.putBucketVersioning(
        put ->
            put.bucket(bucket)
                .versioningConfiguration(set -> set.status(BucketVersioningStatus.ENABLED)));
  }

  /** Puts an object; returns its version, if versions are kept. */
  String put(String bucket, String key, byte[] bytes) {
    return owner
        .putObject(to -> to.bucket(bucket).key(key), RequestBody.fromBytes(bytes))
        .versionId();
  }

  List<S3Object> objects(String bucket) {
    return owner.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream().toList();
  }

  long unfinishedUploads(String bucket) {
    return owner.listMultipartUploads(list -> list.bucket(bucket)).uploads().size();
  }

  @Override
  public void close() throws Exception {
    owner.close();
    server.stop();
  }
}
