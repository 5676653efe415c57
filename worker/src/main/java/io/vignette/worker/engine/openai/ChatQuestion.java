package io.vignette.worker.engine.openai;

import io.vignette.wire.TraceContext;

/**
 * A picture and what to say about it.
 *
 * @param image a file's bytes; not to be changed by anyone until the answer
 * @param mediaType of the file: one that servers take
 * @param text what is asked
 * @param maxNewTokens most tokens of the answer, from 1
 * @param trace that the request is part of
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of questions is never asked for.
record ChatQuestion(
    byte[] image, MediaType mediaType, String text, int maxNewTokens, TraceContext trace) {

  /** A question of no trace. */
  ChatQuestion(byte[] image, MediaType mediaType, String text, int maxNewTokens) {
    this(image, mediaType, text, maxNewTokens, TraceContext.NONE);
  }

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
