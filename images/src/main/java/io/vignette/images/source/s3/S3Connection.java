package io.vignette.images.source.s3;

import java.util.Set;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The connections to one S3, shared by the stores made of it. They end with it.
 *
 * <p>Thread-safe. Opening asks nobody anything: a server that is away is told of by the first call.
 */
public final class S3Connection implements AutoCloseable {
  private final S3Client client;
  private final S3Credentials credentials;

  private S3Connection(S3Client client, S3Credentials credentials) {
    this.client = client;
    this.credentials = credentials;
  }

  /**
   * Makes ready to speak to S3, which loads the SDK.
   *
   * @throws IllegalArgumentException if there is no file at the place of the credentials
   */
  public static S3Connection open(S3Settings settings) {
    S3Settings.Limits limits = settings.limits();
    S3Credentials credentials = S3Credentials.of(settings.credentialsFile());
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials)
            // Not every server knows the checksums that the SDK adds to uploads and deletions. Ours
            // is SHA-256, from taking in to reading.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .addPlugin(LegacyMd5Plugin.create())
            .httpClientBuilder(http(limits))
            .overrideConfiguration(override -> bound(override, limits));
    settings.endpoint().ifPresent(builder::endpointOverride);
    return new S3Connection(builder.build(), credentials);
  }

  private static void bound(ClientOverrideConfiguration.Builder calls, S3Settings.Limits limits) {
    calls
        .apiCallTimeout(limits.callTimeout())
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(limits.retriesMax() + 1)
                .build());
  }

  private static ApacheHttpClient.Builder http(S3Settings.Limits limits) {
    return ApacheHttpClient.builder()
        .maxConnections(limits.connectionsMax())
        .connectionTimeout(limits.connectTimeout())
        .socketTimeout(limits.readTimeout())
        .connectionAcquisitionTimeout(limits.callTimeout());
  }

  /** Keeps uploads there. */
  public S3BlobStore uploads(S3Folder folder) {
    return new S3BlobStore(client, folder);
  }

  /** Reads the objects of those buckets and of no others. */
  public S3Objects objects(Set<String> buckets) {
    return new S3Objects(client, buckets);
  }

  @Override
  public void close() {
    client.close();
    credentials.close();
  }
}
