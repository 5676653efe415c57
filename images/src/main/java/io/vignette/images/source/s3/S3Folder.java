package io.vignette.images.source.s3;

/**
 * A part of a bucket.
 *
 * @param prefix what names in it begin with: empty, or ending with a slash
 */
public record S3Folder(String bucket, String prefix) {
  private static final int PREFIX_CHARACTERS_MAX = 256;

  public S3Folder {
    if (!S3ObjectReference.isBucketName(bucket)) {
      throw new IllegalArgumentException("s3 bucket: " + bucket + " (expected: a bucket's name)");
    }
    boolean folder = prefix.isEmpty() || prefix.matches("((?!\\.{1,2}/)[A-Za-z0-9!_.*'()-]+/)+");
    if (!folder || prefix.length() > PREFIX_CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "s3 key-prefix: "
              + prefix
              + " (expected: empty, or names of letters, digits and !_.*'()-, each followed by /)");
    }
  }
}
