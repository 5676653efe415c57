package io.vignette.worker.engine.openai;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers as it is told, and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {

  /** What it answers. */
  record Reply(int status, Map<String, String> headers, byte[] body, CountDownLatch gate) {
    static Reply of(int status, byte[] body) {
      return new Reply(status, Map.of(), body, new CountDownLatch(0));
    }

    /** A recorded answer. */
    static Reply of(int status, String file) {
      return of(status, recorded(file)).with("Content-Type", "application/json");
    }

    Reply with(String header, String value) {
      Map<String, String> all = new HashMap<>(headers);
      all.put(header, value);
      return new Reply(status, all, body, gate);
    }

    /** The same, but not before the gate opens. */
    Reply behind(CountDownLatch opening) {
      return new Reply(status, headers, body, opening);
    }
  }

  /** What it was asked. */
  record Asked(
      String path,
      Optional<String> authorization,
      Optional<String> length,
      Optional<String> traceparent,
      byte[] body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Deque<Reply> script = new ArrayDeque<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  final List<Asked> questions = new CopyOnWriteArrayList<>();
  final List<Asked> probes = new CopyOnWriteArrayList<>();
  private volatile Reply models = Reply.of(200, "openai-models.json");
  private volatile Reply standard = Reply.of(200, "openai-answer.json");

  ScriptedServer() {
    this(0);
  }

  ScriptedServer(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::chat);
    server.createContext("/v1/models", this::models);
    server.start();
  }

  static byte[] recorded(String file) {
    try (InputStream in = ScriptedServer.class.getResourceAsStream("/openai/" + file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI endpoint() {
    return OpenAiSettings.endpoint("http://127.0.0.1:" + port());
  }

  /** Answers the next questions with these, in order, and those after them as ever. */
  synchronized void answer(Reply... replies) {
    script.addAll(List.of(replies));
  }

  void answerAlways(Reply reply) {
    standard = reply;
  }

  void answerProbes(Reply reply) {
    models = reply;
  }

  private synchronized Reply next() {
    Reply scripted = script.poll();
    return scripted == null ? standard : scripted;
  }

  private void chat(HttpExchange exchange) throws IOException {
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    questions.add(asked(exchange));
    reply(exchange, next());
  }

  private void models(HttpExchange exchange) throws IOException {
    probes.add(asked(exchange));
    atOnce.incrementAndGet();
    reply(exchange, models);
  }

  private static Asked asked(HttpExchange exchange) throws IOException {
    return new Asked(
        exchange.getRequestURI().getPath(),
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length")),
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("traceparent")),
        exchange.getRequestBody().readAllBytes());
  }

  private void reply(HttpExchange exchange, Reply reply) throws IOException {
    try (exchange) {
      reply.gate().await();
      atOnce.decrementAndGet();
      if (reply.status() == 0) {
        return; // Closes the connection without an answer.
      }
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(
          reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
      if (reply.body().length > 0) {
        exchange.getResponseBody().write(reply.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String lastQuestion() {
    return new String(questions.getLast().body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
