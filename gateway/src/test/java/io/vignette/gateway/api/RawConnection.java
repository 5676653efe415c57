package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A connection to the gateway under test, on which anything may be sent. Not thread-safe. */
final class RawConnection implements AutoCloseable {
  /** The offer to go on in HTTP/2, as the lines of a head. */
  static final String UPGRADE =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n";

  private static final int SILENCE_MILLIS = 50;

  private final Socket socket;
  private final StringBuilder heard = new StringBuilder();
  private boolean isClosed;

  RawConnection() throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
    socket.setSoTimeout(SILENCE_MILLIS);
  }

  /** Sends the text as it is. */
  RawConnection send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** All that was answered so far, with what is there now. */
  String heard() {
    byte[] bytes = new byte[8192];
    try {
      InputStream answers = socket.getInputStream();
      int count = isClosed ? -1 : answers.read(bytes);
      while (count > 0) {
        heard.append(new String(bytes, 0, count, ISO_8859_1));
        count = answers.read(bytes);
      }
      isClosed = true;
    } catch (SocketTimeoutException e) {
      // Nothing more for now.
    } catch (IOException e) {
      isClosed = true;
    }
    return heard.toString();
  }

  /** What was answered once all of it contains {@code text}. */
  String awaitHeard(String text) {
    return await().atMost(Duration.ofSeconds(20)).until(this::heard, all -> all.contains(text));
  }

  /** All that was answered once the gateway has closed the connection. */
  String awaitClosed() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              heard();
              return isClosed;
            });
    return heard.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
