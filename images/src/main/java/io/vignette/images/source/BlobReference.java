package io.vignette.images.source;

/**
 * What a blob store took in.
 *
 * @param reference the text under which the store finds it again
 * @param sizeBytes its size
 * @param sha256 of its bytes, lower-case hex
 */
public record BlobReference(String reference, long sizeBytes, String sha256) {}
