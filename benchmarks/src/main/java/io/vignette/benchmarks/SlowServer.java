package io.vignette.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * A server that speaks OpenAI's interface, has so many slots, and keeps each answer for as long as
 * it is told. Knows how many of its slots were busy when.
 *
 * <p>Thread-safe. Requests beyond the slots wait here, in the order in which they came.
 */
final class SlowServer implements AutoCloseable {
  private static final byte[] MODELS =
      "{\"object\":\"list\",\"data\":[{\"id\":\"slow\",\"object\":\"model\"}]}".getBytes(UTF_8);
  private static final byte[] ANSWER =
      ("{\"id\":\"a\",\"object\":\"chat.completion\",\"model\":\"slow\",\"choices\":[{\"index\":0,"
              + "\"message\":{\"role\":\"assistant\",\"content\":\"a picture\"},"
              + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,"
              + "\"completion_tokens\":2,\"total_tokens\":3}}")
          .getBytes(UTF_8);

  /** How long the next answer takes. Called by one thread at a time. */
  interface AnswerTimes {
    double nextSeconds();
  }

  private record Change(long nanos, int busy) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore slots;
  private final int slotCount;
  private final AnswerTimes times;
  private final List<Change> changes = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private double secondsAnswered;
  private int busy;

  SlowServer(int slots, AnswerTimes times) throws IOException {
    this.slotCount = slots;
    this.slots = new Semaphore(slots, true);
    this.times = times;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(threads);
    server.createContext("/v1/models", exchange -> answer(exchange, MODELS));
    server.createContext("/v1/chat/completions", this::chat);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private void chat(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    try {
      slots.acquire();
      try {
        Thread.sleep((long) (1000 * began()));
      } finally {
        ended();
        slots.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(exchange, ANSWER);
  }

  private synchronized double began() {
    long now = System.nanoTime();
    changes.add(new Change(now, ++busy));
    starts.add(now);
    double seconds = times.nextSeconds();
    secondsAnswered += seconds;
    return seconds;
  }

  private synchronized void ended() {
    long now = System.nanoTime();
    changes.add(new Change(now, --busy));
    ends.add(now);
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /**
   * What was made of the server.
   *
   * @param busy share of the slots that were busy on average, from when as many answers were given
   *     as there are slots until as many requests were left
   * @param imagesPerSecond in the same time
   * @param idealImagesPerSecond what the slots could have answered
   */
  record Use(int answered, double busy, double imagesPerSecond, double idealImagesPerSecond) {}

  synchronized Use use() {
    if (ends.size() <= 2 * slotCount) {
      throw new IllegalStateException(
          "answers: %d (expected: more than twice the slots, %d)"
              .formatted(ends.size(), slotCount));
    }
    long from = ends.get(slotCount - 1);
    long to = starts.get(starts.size() - slotCount);
    double busyNanos = 0;
    for (int i = 1; i < changes.size(); i++) {
      long begin = Math.clamp(changes.get(i - 1).nanos(), from, to);
      long end = Math.clamp(changes.get(i).nanos(), from, to);
      busyNanos += (double) (end - begin) * changes.get(i - 1).busy();
    }
    double seconds = (to - from) / 1e9;
    long answered = ends.stream().filter(each -> each > from && each <= to).count();
    double mean = secondsAnswered / starts.size();
    return new Use(
        ends.size(), busyNanos / (to - from) / slotCount, answered / seconds, slotCount / mean);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
