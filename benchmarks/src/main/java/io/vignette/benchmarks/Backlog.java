package io.vignette.benchmarks;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Topics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * What queued jobs cost in memory: live heap and resident set of gateway, ledger and worker, each a
 * process of its own, while so many jobs wait.
 *
 * <p>The gateway is the packaged one, with the options of its container image and 2 GiB of heap,
 * and its own ledger and the one beside it fold half of the events each. The worker is at work on a
 * {@link FakeH200} that takes a hundred times as long. Jobs carry a picture of some hundred bytes.
 * Live heap is what is left after a full collection, once the gateway's table has all jobs and the
 * ledger has nothing left to fold.
 *
 * <p>Arguments: repository root, numbers of queued jobs (comma-separated, default
 * 10000,100000,1000000), port of the gateway (default 18795). Needs a built tree and Linux.
 */
public final class Backlog implements AutoCloseable {

  private static final int SLOWER = 100;
  private static final long LIMIT_SECONDS = 600;
  private static final Pattern QUEUED = Pattern.compile("(?m)^vignette_queue_jobs\\{.*} (\\S+)$");
  private static final Pattern LAG = Pattern.compile("(?m)^vignette_ledger_lag_events\\S* (\\S+)$");
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final Path root;
  private final Path work;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> running = new ArrayList<>();

  private Backlog(Path root, int port) throws IOException {
    this.root = root;
    this.work = Files.createTempDirectory("vignette-backlog");
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    JavaCommand.logWarningsOnly();
    Path root = Path.of(args[0]).toAbsolutePath();
    System.setProperty("vignette.root", root.toString());
    String counts = args.length > 1 ? args[1] : "10000,100000,1000000";
    int port = args.length > 2 ? Integer.parseInt(args[2]) : 18_795;
    for (String count : counts.split(",")) {
      try (Backlog bench = new Backlog(root, port)) {
        bench.run(Integer.parseInt(count));
      }
    }
    System.exit(0);
  }

  private void run(int jobs) throws Exception {
    Model model = ModelRepository.load(root.resolve("triton-models")).defaultModel();
    try (FakeH200 server = FakeH200.start(model, SLOWER, rows -> {})) {
      start("broker", JavaCommand.of(LoneBroker.class, work.resolve("kafka").toString()));
      String broker = line("broker", "bootstrap=");
      Topics topics = Topics.standard();
      Process gateway = gateway(broker);
      await(() -> get("/q/health/started").isPresent());
      Process ledger =
          start(
              "ledger", JavaCommand.of(LoneLedger.class, broker, topics.prefix(), path("ledger")));
      line("ledger", "ledger=running");
      JobsInKafka jobsInKafka = new JobsInKafka(broker, topics);
      jobsInKafka.fill(List.of(picture()), model.name(), jobs);
      Process worker =
          start("worker", LoneWorker.command(jobsInKafka, server.endpoint(), root, "share-group"));
      await(() -> sum(QUEUED) > jobs * 0.99 && sum(LAG) == 0 && server.counted().batches() > 2);
      Map<String, Process> processes = new LinkedHashMap<>();
      processes.put("gateway", gateway);
      processes.put("ledger", ledger);
      processes.put("worker", worker);
      for (Map.Entry<String, Process> each : processes.entrySet()) {
        System.out.printf(
            Locale.ROOT,
            "%9d queued, %s: live heap %.0f MB, resident %.0f MB%n",
            jobs,
            each.getKey(),
            liveHeapMegabytes(each.getValue().pid()),
            residentMegabytes(each.getValue().pid()));
      }
    }
  }

  private String path(String name) {
    return work.resolve(name).toString();
  }

  private Path picture() throws IOException {
    Path file = work.resolve("picture.jpg");
    ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "jpeg", file.toFile());
    return file;
  }

  private Process start(String name, List<String> command) throws IOException {
    return begin(name, new ProcessBuilder(command));
  }

  private Process begin(String name, ProcessBuilder builder) throws IOException {
    Process started =
        builder
            .redirectErrorStream(true)
            .redirectOutput(work.resolve(name + ".log").toFile())
            .start();
    running.add(started);
    return started;
  }

  private Process gateway(String broker) throws IOException {
    ProcessBuilder gateway = PackagedGateway.builder(root, work, broker, port, List.of("-Xmx2g"));
    gateway.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
    return begin("gateway", gateway);
  }

  private String line(String name, String start) throws Exception {
    Path log = work.resolve(name + ".log");
    await(() -> lines(log).anyMatch(each -> each.startsWith(start)));
    return lines(log)
        .filter(each -> each.startsWith(start))
        .findFirst()
        .orElseThrow()
        .substring(start.length());
  }

  private static Stream<String> lines(Path log) throws IOException {
    return Files.readAllLines(log).stream();
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.holds()) {
      if (System.nanoTime() > end || running.stream().anyMatch(each -> !each.isAlive())) {
        throw new IllegalStateException("not reached, see the logs in " + work);
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private double sum(Pattern metric) throws Exception {
    Matcher found = metric.matcher(get("/q/metrics").orElse(""));
    double sum = 0;
    boolean isThere = false;
    while (found.find()) {
      sum += Double.parseDouble(found.group(1));
      isThere = true;
    }
    return isThere ? sum : -1;
  }

  private Optional<String> get(String path) throws InterruptedException {
    try {
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              BodyHandlers.ofString());
      return Optional.of(answer.body()).filter(body -> answer.statusCode() == 200);
    } catch (IOException e) {
      return Optional.empty(); // Not listening yet.
    }
  }

  private static double liveHeapMegabytes(long pid) throws Exception {
    jcmd(pid, "GC.run");
    double kilobytes =
        jcmd(pid, "GC.heap_info")
            .lines()
            // What belongs to no heap is told as well.
            .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
            .map(USED::matcher)
            .filter(Matcher::find)
            .mapToDouble(found -> Double.parseDouble(found.group(1)))
            .sum();
    return kilobytes / 1024;
  }

  private static String jcmd(long pid, String command) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IllegalStateException("jcmd " + command + ": " + said);
    }
    return said;
  }

  private static double residentMegabytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    running.forEach(Process::destroyForcibly);
  }
}
