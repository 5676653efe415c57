package io.vignette.gateway.http;

/** What is said to a client whose request never reaches a resource. Thread-safe. */
public interface RefusalDocument {
  /** The media type of the documents. */
  String mediaType();

  /**
   * The document of a refusal.
   *
   * @param status of HTTP
   * @param detail one sentence that names the value and what was expected
   * @param path that was asked for
   */
  String of(int status, String detail, String path);
}
