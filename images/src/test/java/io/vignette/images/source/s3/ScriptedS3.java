package io.vignette.images.source.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers as scripted, one request after the other; the last answer again and again. */
final class ScriptedS3 implements AutoCloseable {
  private final HttpServer server;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Answer> script;

  /** One answer. */
  interface Answer {
    void give(HttpExchange exchange, CountDownLatch closing) throws IOException;
  }

  ScriptedS3(Answer... script) throws IOException {
    this.script = List.of(script);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    int request = requests.getAndIncrement();
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      script.get(Math.min(request, script.size() - 1)).give(exchange, closing);
    }
  }

  static Answer bytes(byte[] bytes) {
    return (exchange, closing) -> {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  static Answer error(int status, String code) {
    byte[] body =
        "<Error><Code>%s</Code><Message>no</Message></Error>"
            .formatted(code)
            .getBytes(StandardCharsets.UTF_8);
    return (exchange, closing) -> {
      exchange.getResponseHeaders().set("Content-Type", "application/xml");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** Announces so many bytes and sends fewer, then ends the connection or stays silent. */
  static Answer announced(long length, int sent, boolean thenSilent) {
    return (exchange, closing) -> {
      exchange.sendResponseHeaders(200, length);
      exchange.getResponseBody().write(new byte[sent]);
      exchange.getResponseBody().flush();
      if (thenSilent) {
        await(closing);
      }
    };
  }

  /** Never says how long it is, and never ends. */
  static Answer endless() {
    return (exchange, closing) -> {
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      while (closing.getCount() > 0) {
        out.write(new byte[1024]);
      }
    };
  }

  static Answer silence() {
    return (exchange, closing) -> await(closing);
  }

  private static void await(CountDownLatch closing) {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int requests() {
    return requests.get();
  }

  /** With patience for tests only: 2 repetitions, 500 ms without a byte. */
  S3Settings settings(Path folder, Duration callTimeout) throws IOException {
    return settings(server.getAddress().getPort(), folder, callTimeout);
  }

  static S3Settings settings(int port, Path folder, Duration callTimeout) throws IOException {
    Path credentials =
        Files.writeString(
            folder.resolve("credentials"),
            "[default]\naws_access_key_id = a\naws_secret_access_key = b\n");
    return new S3Settings(
        Optional.of(URI.create("http://127.0.0.1:" + port)),
        "us-east-1",
        true,
        Optional.of(credentials),
        new S3Settings.Limits(Duration.ofSeconds(5), Duration.ofMillis(500), callTimeout, 4, 2));
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
