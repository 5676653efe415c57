package io.vignette.gateway.submission;

/** Where a submitted picture is. */
public sealed interface ImageInput {

  /** Bytes that are kept for the job, inside it or in the blob store; 0 where it lies elsewhere. */
  default long keptBytes() {
    return 0;
  }

  /**
   * The encoded file itself. Small files travel in the job, larger ones go to the blob store.
   *
   * @param bytes not copied; must not be changed afterwards
   * @param mediaType as declared by the client; empty = unknown
   */
  @SuppressWarnings("ArrayRecordComponent") // Up to 64 MiB, handed over once, never compared.
  record Inline(byte[] bytes, String mediaType) implements ImageInput {
    @Override
    public long keptBytes() {
      return bytes.length;
    }
  }

  /** An {@code http} or {@code https} address that the worker fetches. */
  record Url(String url) implements ImageInput {}

  /**
   * A file that the workers' blob store finds by its reference.
   *
   * @param sizeBytes 0 = unknown
   * @param sha256 lower-case hex; empty = unknown
   */
  record Blob(String reference, long sizeBytes, String sha256) implements ImageInput {}
}
