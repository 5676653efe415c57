package io.vignette.images.source.s3;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Where credentials come from; that there are none is told apart from other failures here. */
final class S3Credentials implements AwsCredentialsProvider, SdkAutoCloseable {
  private static final String PROFILE = "default";

  private final AwsCredentialsProvider provider;

  private S3Credentials(AwsCredentialsProvider provider) {
    this.provider = provider;
  }

  /**
   * Those of the file, or of the SDK's default chain.
   *
   * @throws IllegalArgumentException if the file can't be read
   */
  static S3Credentials of(Optional<Path> file) {
    return new S3Credentials(
        file.isPresent() ? ofFile(file.get()) : DefaultCredentialsProvider.builder().build());
  }

  private static AwsCredentialsProvider ofFile(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(
          "s3 credentials-file: %s (expected: a readable file with the profile %s)"
              .formatted(file, PROFILE));
    }
    return ProfileCredentialsProvider.builder()
        .profileFile(ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CREDENTIALS))
        .profileName(PROFILE)
        .build();
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return provider.resolveCredentials();
    } catch (SdkException e) {
      throw new Missing(e);
    }
  }

  @Override
  public void close() {
    if (provider instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }

  /** There are no credentials. */
  static final class Missing extends SdkClientException {
    private Missing(SdkException cause) {
      super(SdkClientException.builder().message("no credentials").cause(cause));
    }
  }
}
