package io.vignette.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of OpenAI's kind that says the same of every picture. */
final class ChatServer implements AutoCloseable {
  static final String KEY = "sk-for-the-test";
  static final String ANSWER = "Something on a plain ground.";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<Integer> refusals = new ConcurrentLinkedQueue<>();
  final List<String> questions = new CopyOnWriteArrayList<>();

  ChatServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/models", exchange -> reply(exchange, models()));
    server.createContext("/v1/chat/completions", this::chat);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Refuses the next question with this status. */
  void refuse(int status) {
    refusals.add(status);
  }

  private void chat(HttpExchange exchange) throws IOException {
    questions.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Integer refusal = refusals.poll();
    if (refusal == null) {
      reply(exchange, answer());
      return;
    }
    try (exchange) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      exchange.sendResponseHeaders(refusal, -1);
    }
  }

  private static void reply(HttpExchange exchange, String json) throws IOException {
    try (exchange) {
      boolean known =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
              .filter(("Bearer " + KEY)::equals)
              .isPresent();
      byte[] body =
          (known ? json : "{\"error\":{\"message\":\"wrong key\",\"code\":\"invalid_api_key\"}}")
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(known ? 200 : 401, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String models() {
    return "{\"object\":\"list\",\"data\":[{\"id\":\"llava\",\"object\":\"model\"}]}";
  }

  private static String answer() {
    return "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
        + "\"assistant\",\"content\":\""
        + ANSWER
        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
        + "\"completion_tokens\":6,\"total_tokens\":15}}";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
