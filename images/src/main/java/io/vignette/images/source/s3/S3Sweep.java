package io.vignette.images.source.s3;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * One pass over a store's uploads that forgets the old ones: page by page, a call for the deletions
 * of each page, then the uploads in parts that were never finished. One use, one thread.
 */
final class S3Sweep {
  private final S3Client client;
  private final S3Folder folder;
  private final Instant before;
  private final List<S3Error> failures = new ArrayList<>();
  private long deleted;

  S3Sweep(S3Client client, S3Folder folder, Instant before) {
    this.client = client;
    this.folder = folder;
    this.before = before;
  }

  /**
   * Forgets, and returns how many.
   *
   * @throws SdkException if S3 can't be asked
   */
  long run() {
    ListObjectsV2Request objects =
        ListObjectsV2Request.builder().bucket(folder.bucket()).prefix(folder.prefix()).build();
    client.listObjectsV2Paginator(objects).forEach(page -> delete(page.contents()));
    ListMultipartUploadsRequest unfinished =
        ListMultipartUploadsRequest.builder()
            .bucket(folder.bucket())
            .prefix(folder.prefix())
            .build();
    client.listMultipartUploadsPaginator(unfinished).uploads().forEach(this::abort);
    return deleted;
  }

  /** What S3 did not delete though it was asked to. */
  List<S3Error> failures() {
    return failures;
  }

  private void delete(List<S3Object> page) {
    List<ObjectIdentifier> old =
        page.stream()
            .filter(object -> isOld(object.key(), object.lastModified()))
            .map(object -> ObjectIdentifier.builder().key(object.key()).build())
            .toList();
    if (old.isEmpty()) {
      return;
    }
    List<S3Error> refused =
        client
            .deleteObjects(
                from -> from.bucket(folder.bucket()).delete(all -> all.objects(old).quiet(true)))
            .errors();
    failures.addAll(refused);
    deleted += old.size() - refused.size();
  }

  private void abort(MultipartUpload upload) {
    if (!isOld(upload.key(), upload.initiated())) {
      return;
    }
    try {
      client.abortMultipartUpload(
          of -> of.bucket(folder.bucket()).key(upload.key()).uploadId(upload.uploadId()));
      deleted++;
    } catch (SdkException e) {
      if (S3Failure.of(e).kind() != S3Failure.Kind.NO_OBJECT) { // Else somebody was quicker.
        throw e;
      }
    }
  }

  private boolean isOld(String key, Instant at) {
    return at.isBefore(before) && UploadReference.isKey(folder, key);
  }
}
