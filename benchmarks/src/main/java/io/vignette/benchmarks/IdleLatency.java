package io.vignette.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.Timings;
import io.vignette.standalone.captioning.ResultsFeed;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The latency of a single job on an idle system, by hop.
 *
 * <p>Starts {@code vignette serve}, submits one small picture at a time over REST and notes when it
 * was accepted, when a look-up found it, when its end was visible and when its result was readable
 * committed. "Added" is the time from the request to that moment, less the inference.
 *
 * <p>Arguments: repository root, port (default 18080), jobs (default 300), of which the first third
 * is warm-up.
 */
public final class IdleLatency implements AutoCloseable {

  private static final Pattern BROKER = Pattern.compile("Kafka at (\\S+?)\\)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, CompletableFuture<Seen>> results = new ConcurrentHashMap<>();
  private final Map<String, List<Double>> millis = new LinkedHashMap<>();
  private final URI base;
  private final ResultsFeed feed;

  private record Seen(long nanos, CaptionResult result) {}

  private IdleLatency(int port, String broker) {
    this.base = URI.create("http://127.0.0.1:" + port + "/v1/captions");
    this.feed =
        ResultsFeed.open(broker, Topics.standard().results(), false, this::seen, this::failed);
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 18_080;
    int jobs = args.length > 2 ? Integer.parseInt(args[2]) : 300;
    Path log = Files.createTempFile("vignette-serve", ".log");
    Process serve =
        new ProcessBuilder(
                root.resolve("vignette").toString(), "serve", "--port", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (IdleLatency bench = new IdleLatency(port, broker(serve, log))) {
      bench.run(body(root), jobs);
      bench.print();
    } finally {
      serve.destroy();
      serve.waitFor();
    }
  }

  private static String broker(Process serve, Path log) throws IOException, InterruptedException {
    while (!serve.waitFor(50, TimeUnit.MILLISECONDS)) {
      String out = Files.readString(log);
      Matcher broker = BROKER.matcher(out);
      if (out.contains("Ctrl-C stops it") && broker.find()) {
        return broker.group(1);
      }
    }
    throw new IllegalStateException("serve did not start, see " + log);
  }

  private static String body(Path root) throws IOException {
    byte[] picture = Files.readAllBytes(root.resolve("samples/blue-star-above-orange-square.png"));
    return JSON.writeValueAsString(
        Map.of("image", Map.of("data", Base64.getEncoder().encodeToString(picture))));
  }

  private void seen(CaptionResult result) {
    long now = System.nanoTime();
    slot(result.getJobId()).complete(new Seen(now, result));
  }

  private void failed(Throwable failure) {
    results.values().forEach(open -> open.completeExceptionally(failure));
  }

  private CompletableFuture<Seen> slot(String jobId) {
    return results.computeIfAbsent(jobId, id -> new CompletableFuture<>());
  }

  private void run(String body, int jobs) throws Exception {
    for (int i = 0; i < jobs; i++) {
      if (i == jobs / 3) {
        millis.clear();
      }
      one(body);
    }
  }

  private void one(String body) throws Exception {
    long start = System.nanoTime();
    String id = submit(body);
    long accepted = System.nanoTime();
    get(id, "");
    long found = System.nanoTime();
    get(id, "wait=30");
    long ended = System.nanoTime();
    Seen seen = slot(id).get(30, TimeUnit.SECONDS);
    Timings timings = seen.result().getTimings();
    double infer = timings.getInferUs() / 1e3;
    note("accepted (202: job and event confirmed)", (accepted - start) / 1e6);
    note("state found by a look-up after it", (found - accepted) / 1e6);
    note("worker: leased after submission", timings.getQueueUs() / 1e3);
    note("worker: fetch", timings.getFetchUs() / 1e3);
    note("worker: decode", timings.getDecodeUs() / 1e3);
    note("worker: resize", timings.getResizeUs() / 1e3);
    note("worker: batch wait", timings.getBatchWaitUs() / 1e3);
    note("engine: inference", infer);
    note("added until the end is visible", (ended - start) / 1e6 - infer);
    note("added until the result is readable committed", (seen.nanos() - start) / 1e6 - infer);
  }

  private void note(String hop, double value) {
    millis.computeIfAbsent(hop, name -> new ArrayList<>()).add(value);
  }

  private String submit(String body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(base)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 202) {
      throw new IllegalStateException(response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body()).path("id").asText();
  }

  private void get(String id, String prefer) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/" + id));
    if (!prefer.isEmpty()) {
      request.header("Prefer", prefer);
    }
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + ": " + response.body());
    }
  }

  private void print() {
    System.out.printf("%-46s %9s %9s %9s%n", "milliseconds", "min", "p50", "p99");
    millis.forEach(
        (hop, values) ->
            System.out.printf(
                Locale.ROOT,
                "%-46s %9.2f %9.2f %9.2f%n",
                hop,
                Figures.quantile(values, 0),
                Figures.quantile(values, 0.5),
                Figures.quantile(values, 0.99)));
  }

  @Override
  public void close() {
    feed.close();
    client.close();
  }
}
