package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Requests over HTTP/2 written byte by byte, as no client library would let them pass. */
final class RawHttpTwo {
  /** Pseudo-headers of a request that is answered 200. */
  static final List<String> PLAIN =
      List.of(
          ":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/v1/models");

  /** How an answer ends that says that stream 1 is reset for a fault of the protocol. */
  static final String RESET = "\0\0\4\3\0\0\0\0\1\0\0\0\1";

  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_OF_STREAM = 1;
  private static final int END_OF_HEADERS = 4;

  private RawHttpTwo() {}

  /** What begins a connection: the preface, and settings of which none is said. */
  static byte[] beginning() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
    all.write(frame(SETTINGS, 0, 0, new byte[0]));
    return all.toByteArray();
  }

  /**
   * The head of a request on stream 1, or its trailers.
   *
   * @param fields names and values in turn, each shorter than 127 bytes
   */
  static byte[] head(boolean isEnd, List<String> fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.size(); i += 2) {
      block.write(0); // A literal that is not remembered, with a literal name.
      for (String text : fields.subList(i, i + 2)) {
        block.write(text.length());
        block.write(text.getBytes(ISO_8859_1));
      }
    }
    return frame(HEADERS, END_OF_HEADERS | (isEnd ? END_OF_STREAM : 0), 1, block.toByteArray());
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
