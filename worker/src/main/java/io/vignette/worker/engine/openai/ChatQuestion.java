package io.vignette.worker.engine.openai;

/**
 * A picture and what to say about it.
 *
 * @param image a file's bytes; not to be changed by anyone until the answer
 * @param mediaType of the file: one that servers take
 * @param text what is asked
 * @param maxNewTokens most tokens of the answer, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of questions is never asked for.
record ChatQuestion(byte[] image, MediaType mediaType, String text, int maxNewTokens) {

  /** What servers take without exception. */
  enum MediaType {
    JPEG("image/jpeg"),
    PNG("image/png"),
    WEBP("image/webp");

    private final String type;

    MediaType(String type) {
      this.type = type;
    }

    String type() {
      return type;
    }
  }
}
