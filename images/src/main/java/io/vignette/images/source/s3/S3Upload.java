package io.vignette.images.source.s3;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Writes one object: with one call if one piece holds it, else in parts that become an object
 * together, or not at all. Holds one piece in memory.
 */
record S3Upload(S3Client client, String bucket, String key) {

  /**
   * Writes what the stream holds.
   *
   * @throws ImageRejectedException as the stream says, and with {@code image.empty}
   * @throws SdkException if S3 does not take it
   */
  void write(UploadStream stream) throws ImageRejectedException {
    byte[] first = stream.next();
    if (first.length == 0) {
      throw new ImageRejectedException(
          Reason.IMAGE_EMPTY, "image size: 0 bytes (expected: an image file)");
    }
    if (stream.isLast(first)) {
      client.putObject(to -> to.bucket(bucket).key(key), RequestBody.fromBytes(first));
    } else {
      writeParts(first, stream);
    }
  }

  private void writeParts(byte[] first, UploadStream stream) throws ImageRejectedException {
    String uploadId = client.createMultipartUpload(to -> to.bucket(bucket).key(key)).uploadId();
    try {
      List<CompletedPart> parts = parts(uploadId, first, stream);
      client.completeMultipartUpload(
          to ->
              to.bucket(bucket)
                  .key(key)
                  .uploadId(uploadId)
                  .multipartUpload(all -> all.parts(parts)));
    } catch (ImageRejectedException | SdkException e) {
      abort(uploadId, e);
      throw e;
    }
  }

  private List<CompletedPart> parts(String uploadId, byte[] first, UploadStream stream)
      throws ImageRejectedException {
    List<CompletedPart> parts = new ArrayList<>();
    byte[] piece = first;
    parts.add(part(uploadId, 1, piece));
    while (!stream.isLast(piece)) {
      piece = stream.next();
      if (piece.length > 0) {
        parts.add(part(uploadId, parts.size() + 1, piece));
      }
    }
    return parts;
  }

  private CompletedPart part(String uploadId, int number, byte[] piece) {
    String eTag =
        client
            .uploadPart(
                to -> to.bucket(bucket).key(key).uploadId(uploadId).partNumber(number),
                RequestBody.fromBytes(piece))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }

  /** What can't be cleared away now is left to the sweep. */
  private void abort(String uploadId, Exception why) {
    try {
      client.abortMultipartUpload(of -> of.bucket(bucket).key(key).uploadId(uploadId));
    } catch (SdkException e) {
      why.addSuppressed(e);
    }
  }
}
