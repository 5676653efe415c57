package io.vignette.images.source.s3;

import io.vignette.images.ImageRejectedException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Reads one object, whole and bounded. */
record S3Download(S3Client client, long limitBytes) {

  /**
   * The object's bytes.
   *
   * @throws ImageRejectedException with {@code image.too_large}
   * @throws software.amazon.awssdk.core.exception.SdkException if S3 does not give them
   */
  byte[] read(S3ObjectReference object) throws ImageRejectedException {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(object.bucket())
            .key(object.key())
            .versionId(object.versionId().orElse(null))
            .build();
    return switch (client.getObject(request, new BoundedBody(limitBytes))) {
      case BoundedBody.Body.Whole whole -> whole.bytes();
      case BoundedBody.Body.TooLarge large ->
          throw ImageRejectedException.tooLarge(large.size(), limitBytes);
    };
  }
}
