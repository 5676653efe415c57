package io.vignette.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * Submissions with and without an idempotency key, over many connections at once, to a gateway that
 * is up: how many a second, how long each takes, how many are refused.
 *
 * <p>The sides take turns within one run, because machines drift. Each connection sends its next
 * request as soon as it has an answer, whatever that was.
 *
 * <p>Arguments: repository root, the gateway's port (default 8080), connections (default 64),
 * seconds a turn (default 20), turns (default 3).
 */
public final class SubmissionLoad {
  private final HttpRequest.BodyPublisher body;
  private final URI captions;
  private final int connections;
  private final Duration turn;

  /** What one side was answered. */
  private static final class Side {
    private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
    private double seconds;

    void note(int status, long nanos) {
      statuses.computeIfAbsent(status, unseen -> new LongAdder()).increment();
      if (status == 202) {
        millis.add(nanos / 1e6);
      }
    }
  }

  private SubmissionLoad(String body, int port, int connections, Duration turn) {
    this.body = BodyPublishers.ofByteArray(body.getBytes(UTF_8));
    this.captions = URI.create("http://127.0.0.1:" + port + "/v1/captions");
    this.connections = connections;
    this.turn = turn;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8080;
    int connections = args.length > 2 ? Integer.parseInt(args[2]) : 64;
    Duration turn = Duration.ofSeconds(args.length > 3 ? Long.parseLong(args[3]) : 20);
    int turns = args.length > 4 ? Integer.parseInt(args[4]) : 3;
    byte[] image = Files.readAllBytes(root.resolve("samples/blue-star-above-orange-square.png"));
    String body =
        "{\"image\":{\"data\":\"%s\"},\"priority\":\"bulk\"}"
            .formatted(Base64.getEncoder().encodeToString(image));
    SubmissionLoad load = new SubmissionLoad(body, port, connections, turn);
    Side keyed = new Side();
    Side unkeyed = new Side();
    for (int i = 0; i < turns; i++) {
      load.run(unkeyed, false);
      load.run(keyed, true);
    }
    print("without a key", unkeyed);
    print("with a key", keyed);
  }

  private void run(Side side, boolean withKey) throws Exception {
    long start = System.nanoTime();
    long end = start + turn.toNanos();
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      work.add(() -> submitUntil(end, side, withKey));
    }
    try (ExecutorService clients = Executors.newFixedThreadPool(connections)) {
      for (Future<Void> done : clients.invokeAll(work)) {
        done.get();
      }
    }
    side.seconds += (System.nanoTime() - start) / 1e9;
  }

  /** A client of its own has a connection of its own. */
  private Void submitUntil(long end, Side side, boolean withKey)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (System.nanoTime() < end) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(captions).header("Content-Type", "application/json").POST(body);
        if (withKey) {
          request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        long sent = System.nanoTime();
        int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
        side.note(status, System.nanoTime() - sent);
      }
    }
    return null;
  }

  private static void print(String name, Side side) {
    long all = side.statuses.values().stream().mapToLong(LongAdder::sum).sum();
    long taken = side.millis.size();
    System.out.printf(
        Locale.ROOT,
        "%-14s %d requests, %d refused (%.2f %%), %.0f taken a second, answers %s%n",
        name,
        all,
        all - taken,
        100.0 * (all - taken) / all,
        taken / side.seconds,
        side.statuses);
    if (taken > 0) {
      System.out.printf(
          Locale.ROOT,
          "%-14s 202 after p50 %.1f ms, p99 %.1f ms%n",
          "",
          Figures.quantile(side.millis, 0.5),
          Figures.quantile(side.millis, 0.99));
    }
  }
}
