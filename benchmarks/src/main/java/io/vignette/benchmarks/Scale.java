package io.vignette.benchmarks;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How the rate grows with the number of workers, each with a scripted server of its own, on jobs
 * topics of three partitions: images a second, and their share of what all servers could answer.
 *
 * <p>Servers, which are in this process, have core 0; broker and workers, each a process of its
 * own, share core 1. A server is a {@link FakeH200} that takes thirty times as long, so that eight
 * of them are less than that core can feed. All jobs wait on their topic before a worker starts;
 * the rate is that of confirmed events within the measured time, by the broker's clock. No ledger.
 *
 * <p>Arguments: repository root, numbers of workers (comma-separated, default 1,2,4,8), sources of
 * jobs (comma-separated, default share-group,consumer-group), rounds (default 3), measured seconds
 * (default 30). Needs two cores and Linux with {@code taskset}.
 */
public final class Scale {

  private static final int SLOWER = 30;
  private static final int PARTITIONS = 3;
  private static final int DIFFERENT = 200;
  private static final int WARM_UP_SECONDS = 20;
  private static final int WARM_UP_SECONDS_A_WORKER = 5;
  private static final long START_MINUTES = 5;

  private final Path root;
  private final Path work;
  private final Model model;
  private final int seconds;
  private final List<Path> files;
  private final Map<String, List<Double>> shares = new LinkedHashMap<>();

  private Scale(Path root, Model model, int seconds) throws Exception {
    this.root = root;
    this.work = Files.createTempDirectory("vignette-scale");
    this.model = model;
    this.seconds = seconds;
    try (Stream<Path> listed = Files.list(TritonPipeline.referenceSet(work, DIFFERENT))) {
      this.files = listed.sorted().toList();
    }
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    // Where the testkit finds the repository's files.
    System.setProperty("vignette.root", root.toString());
    List<Integer> workers =
        Stream.of((args.length > 1 ? args[1] : "1,2,4,8").split(","))
            .map(Integer::valueOf)
            .toList();
    List<String> sources =
        List.of((args.length > 2 ? args[2] : "share-group,consumer-group").split(","));
    int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
    int seconds = args.length > 4 ? Integer.parseInt(args[4]) : 30;
    Model model = ModelRepository.load(root.resolve("triton-models")).defaultModel();
    PinnedTriton.pin(ProcessHandle.current().pid());
    new Scale(root, model, seconds).run(workers, sources, rounds);
    System.exit(0);
  }

  private void run(List<Integer> workers, List<String> sources, int rounds) throws Exception {
    try (PinnedProcess broker =
        PinnedProcess.start(
            JavaCommand.of(LoneBroker.class, work.resolve("kafka").toString()),
            work.resolve("broker.log"))) {
      String bootstrapServers = broker.awaitLine("bootstrap=");
      for (int round = 1; round <= rounds; round++) {
        for (int count : workers) {
          for (String source : sources) {
            Topics topics = new Topics("round%d-%s-%d".formatted(round, source, count));
            measure(count, source, round, new JobsInKafka(bootstrapServers, topics, PARTITIONS));
          }
        }
      }
    }
    shares.forEach((what, each) -> System.out.println(what + ": " + Figures.of(each)));
  }

  /** What one server answers in a second, with the largest batches that workers send. */
  private double serverRate() {
    int batch = model.preferredBatchSize();
    return batch * 1e9 / FakeH200.time(batch).multipliedBy(SLOWER).toNanos();
  }

  private void measure(int count, String source, int round, JobsInKafka jobs) throws Exception {
    int warmUpSeconds = WARM_UP_SECONDS + WARM_UP_SECONDS_A_WORKER * count;
    double possible = count * serverRate();
    jobs.createTopics();
    jobs.fill(files, model.name(), (int) (possible * (warmUpSeconds + seconds) * 1.2) + 500);
    List<FakeH200> servers = new ArrayList<>();
    List<PinnedProcess> workers = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        FakeH200 server = FakeH200.start(model, SLOWER, rows -> {});
        servers.add(server);
        workers.add(worker(jobs, server, source, i));
      }
      awaitFirstAnswer(servers);
      TimeUnit.SECONDS.sleep(warmUpSeconds);
      long from = System.currentTimeMillis();
      TimeUnit.SECONDS.sleep(seconds);
      long to = System.currentTimeMillis();
      long captioned =
          jobs.stated().values().stream()
              .filter(each -> each.appendedMillis() > from && each.appendedMillis() <= to)
              .count();
      report(count, source, round, captioned * 1e3 / (to - from), possible);
    } finally {
      workers.forEach(PinnedProcess::close);
      servers.forEach(FakeH200::close);
      jobs.deleteTopics();
    }
  }

  private PinnedProcess worker(JobsInKafka jobs, FakeH200 server, String source, int index)
      throws Exception {
    return PinnedProcess.start(
        LoneWorker.command(jobs, server.endpoint(), root, source),
        work.resolve("%s-%d.log".formatted(jobs.topics().prefix(), index)));
  }

  private static void awaitFirstAnswer(List<FakeH200> servers) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(START_MINUTES);
    // A server's first request is a trial.
    while (servers.stream().allMatch(server -> server.counted().batches() < 2)) {
      TimeUnit.MILLISECONDS.sleep(100);
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "no answer (expected: one in %d min)".formatted(START_MINUTES));
      }
    }
  }

  private void report(int count, String source, int round, double rate, double possible) {
    String what = "%s, %d workers".formatted(source, count);
    System.out.println(
        String.format(
            Locale.ROOT,
            "round %d, %s: %.1f images/s of %.1f possible, %.3f",
            round,
            what,
            rate,
            possible,
            rate / possible));
    shares.computeIfAbsent(what, none -> new ArrayList<>()).add(rate / possible);
  }
}
