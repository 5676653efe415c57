package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;

/** Requests over HTTP/1.1 written byte by byte, as no client library would let them pass. */
final class RawHttp {
  private static final int ANSWER_MILLIS_MAX = 30_000;

  private RawHttp() {}

  /** What came back. */
  record Answer(int status, String head, String body) {
    /** Whether the answer is a problem document. */
    boolean isProblem() {
      return head.toLowerCase(Locale.ROOT).contains("content-type: application/problem+json")
          && body.contains("\"code\":")
          && body.contains("\"detail\":");
    }
  }

  /**
   * Sends a request whose header lines are taken as Latin-1, and reads the answer to the end.
   *
   * @param headers lines such as {@code Prefer: wait=1}; Host, Content-Length and Connection are
   *     added
   */
  static Answer send(String method, String target, List<String> headers, byte[] body)
      throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    if (!method.equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    headers.forEach(header -> head.append(header).append("\r\n"));
    request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    request.writeBytes(body);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
      socket.setSoTimeout(ANSWER_MILLIS_MAX);
      socket.getOutputStream().write(request.toByteArray());
      return answer(socket.getInputStream().readAllBytes());
    }
  }

  private static Answer answer(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || end < 0) {
      throw new AssertionError("no HTTP answer: '" + text + "'");
    }
    return new Answer(
        Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
  }
}
