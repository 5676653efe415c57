package io.vignette.benchmarks;

import com.google.protobuf.Timestamp;
import io.vignette.ledger.topology.Ledger;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.proto.v1.Timings;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How soon a gateway is back that is started again on a Kafka full of ended jobs.
 *
 * <p>Starts the embedded broker and the packaged gateway as processes of their own, the gateway
 * with the options of its container image and a start-up cache that the first one makes, writes the
 * events of all jobs, waits until the ledger has committed them, then stops and starts the gateway
 * again and again. Printed for each start, in seconds from the start of the process: until it
 * listens, until a look-up of a known job is answered, until it is ready, until it has started (its
 * ledger folds as well).
 *
 * <p>Arguments: repository root, jobs (default 17000), starts (default 5), {@code stop} or {@code
 * kill} (how the gateway ends before each start; default stop), port (default 18790), heap of the
 * gateway (default 3g), {@code disk} or {@code kafka} (whether the gateway keeps its table on disk;
 * default disk).
 */
public final class GatewayRestart implements AutoCloseable {
  private static final Topics TOPICS = Topics.standard();
  private static final long LIMIT_SECONDS = 300;
  private static final long LOOK_MILLIS = 10;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> running = new ArrayList<>();
  private final Path root;
  private final Path work;

  /** Made by the first gateway, as an image is made. */
  private final Path startUpCache;

  private final int port;
  private final String heap;
  private final boolean keepsTable;

  private GatewayRestart(Path root, Path work, int port, String heap, boolean keepsTable) {
    this.root = root;
    this.work = work;
    this.startUpCache = work.resolve("gateway.aot");
    this.port = port;
    this.heap = heap;
    this.keepsTable = keepsTable;
  }

  public static void main(String[] args) throws Exception {
    JavaCommand.logWarningsOnly();
    Path root = Path.of(args[0]).toAbsolutePath();
    int jobs = args.length > 1 ? Integer.parseInt(args[1]) : 17_000;
    int starts = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    boolean isKilled = args.length > 3 && "kill".equals(args[3]);
    int port = args.length > 4 ? Integer.parseInt(args[4]) : 18_790;
    String heap = args.length > 5 ? args[5] : "3g";
    boolean keepsTable = args.length <= 6 || "disk".equals(args[6]);
    Path work = Files.createTempDirectory("vignette-restart");
    try (GatewayRestart bench = new GatewayRestart(root, work, port, heap, keepsTable)) {
      bench.run(jobs, starts, isKilled);
    }
  }

  private void run(int jobs, int starts, boolean isKilled) throws Exception {
    String broker = startBroker();
    Process first = startGateway(broker);
    await("/q/health/started", first);
    JobId known = writeEvents(broker, jobs);
    awaitLedger(broker);
    stop(first);
    System.out.printf(Locale.ROOT, "%d jobs%n", jobs);
    Map<String, List<Double>> all = new LinkedHashMap<>();
    for (int start = 0; start < starts; start++) {
      measure(broker, known, isKilled)
          .forEach(
              (what, seconds) -> all.computeIfAbsent(what, w -> new ArrayList<>()).add(seconds));
    }
    all.forEach(
        (what, seconds) -> {
          List<Double> sorted = seconds.stream().sorted().toList();
          System.out.printf(
              Locale.ROOT,
              "%-16s min %6.2f   median %6.2f   max %6.2f s%n",
              what,
              sorted.getFirst(),
              sorted.get(sorted.size() / 2),
              sorted.getLast());
        });
  }

  private Map<String, Double> measure(String broker, JobId known, boolean isKilled)
      throws Exception {
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put("listens", "/q/health/live");
    paths.put("known job", "/v1/captions/" + known);
    paths.put("ready", "/q/health/ready");
    paths.put("ledger folds", "/q/health/started");
    Map<String, Double> seconds = new LinkedHashMap<>();
    long begin = System.nanoTime();
    Process gateway = startGateway(broker);
    while (seconds.size() < paths.size()) {
      for (Map.Entry<String, String> path : paths.entrySet()) {
        if (!seconds.containsKey(path.getKey()) && isOk(path.getValue())) {
          seconds.put(path.getKey(), (System.nanoTime() - begin) / 1e9);
        }
      }
      pause(gateway, begin);
    }
    System.out.println(seconds);
    if (isKilled) {
      gateway.destroyForcibly().waitFor();
    } else {
      stop(gateway);
    }
    return seconds;
  }

  private String startBroker() throws IOException, InterruptedException {
    Path log = work.resolve("broker.log");
    Process broker =
        new ProcessBuilder(
                JavaCommand.of(
                    LoneBroker.class, Files.createDirectory(work.resolve("kafka")).toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    running.add(broker);
    long begin = System.nanoTime();
    while (true) {
      for (String line : Files.readAllLines(log)) {
        if (line.startsWith("bootstrap=")) {
          return line.substring("bootstrap=".length());
        }
      }
      pause(broker, begin);
    }
  }

  private Process startGateway(String broker) throws IOException {
    String cache =
        Files.exists(startUpCache)
            ? "-XX:AOTCache=" + startUpCache
            : "-XX:AOTCacheOutput=" + startUpCache;
    ProcessBuilder gateway =
        PackagedGateway.builder(root, work, broker, port, List.of("-Xmx" + heap, cache));
    if (keepsTable) {
      gateway
          .environment()
          .put(
              "VIGNETTE_STATUS_STATE_DIR",
              Files.createDirectories(work.resolve("table")).toString());
    }
    Process started =
        gateway
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("gateway.log").toFile()))
            .start();
    running.add(started);
    return started;
  }

  /** Two events a job, as a gateway and a worker state them. Returns one of the jobs. */
  private static JobId writeEvents(String broker, int jobs) {
    JobId known = JobId.fresh(Clock.systemUTC());
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker, "acks", "all", "linger.ms", 5, "batch.size", 1 << 17);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int number = 0; number < jobs; number++) {
        JobId id = number == 0 ? known : JobId.fresh(Clock.systemUTC());
        JobEvent.Builder event = event(id, number);
        write(producer, event.setSubmitted(submitted(number)).build());
        write(producer, event.setSucceeded(succeeded(number)).build());
      }
    }
    return known;
  }

  private static void write(KafkaProducer<String, byte[]> producer, JobEvent event) {
    producer.send(
        new ProducerRecord<>(TOPICS.jobEvents(), event.getJobId(), event.toByteArray()),
        (written, failure) -> {
          if (failure != null) {
            throw new IllegalStateException("event: not written", failure);
          }
        });
  }

  private static JobEvent.Builder event(JobId id, int number) {
    Timestamp now = Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()).build();
    return JobEvent.newBuilder()
        .setJobId(id.toString())
        .setAt(now)
        .setAttempt(1)
        .setSource("benchmark")
        .setIdentity(
            JobIdentity.newBuilder()
                .setTenant("default")
                .setClientReference("folder/image-%07d.jpg".formatted(number))
                .setModel("tiny-blip2")
                .setSubmittedAt(now)
                .setDeadline(now.toBuilder().setSeconds(now.getSeconds() + 86_400))
                .setRequestFingerprint("0123456789abcdef".repeat(4)));
  }

  private static Submitted submitted(int number) {
    return Submitted.newBuilder()
        .setTopic(TOPICS.jobsBulk())
        .setPartition(number % 3)
        .setOffset(number / 3)
        .build();
  }

  private static Succeeded succeeded(int number) {
    return Succeeded.newBuilder()
        .setWorker("worker-1")
        .setModelVersion("1")
        .setBatchSize(16)
        .setTimings(Timings.newBuilder().setInferUs(12_345).setTotalUs(23_456))
        .addAnswers(
            Answer.newBuilder()
                .setText("a red circle left of a blue square, number " + number)
                .setConfidence(0.93)
                .setFinishReason(Answer.FinishReason.STOP)
                .setOutputTokens(13))
        .build();
  }

  private void awaitLedger(String broker) throws Exception {
    List<TopicPartition> events =
        IntStream.range(0, Topics.EVENT_PARTITIONS)
            .mapToObj(partition -> new TopicPartition(TOPICS.jobEvents(), partition))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
      long begin = System.nanoTime();
      while (behind(admin, events) > 0) {
        pause(running.getLast(), begin);
      }
    }
  }

  private static long behind(Admin admin, List<TopicPartition> events) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new LinkedHashMap<>();
    events.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    long end =
        admin.listOffsets(latest).all().get().values().stream().mapToLong(o -> o.offset()).sum();
    long committed =
        admin
            .listConsumerGroupOffsets(Ledger.applicationId(TOPICS))
            .partitionsToOffsetAndMetadata()
            .get()
            .values()
            .stream()
            .mapToLong(offset -> offset == null ? 0 : offset.offset())
            .sum();
    return end - committed;
  }

  private void await(String path, Process process) throws InterruptedException {
    long begin = System.nanoTime();
    while (!isOk(path)) {
      pause(process, begin);
    }
  }

  private boolean isOk(String path) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // It does not listen yet.
    }
  }

  private void pause(Process process, long begin) throws InterruptedException {
    if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
        || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
      throw new IllegalStateException("ended, or too slow: see " + work);
    }
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : running.reversed()) {
      stop(process);
    }
  }
}
