package io.vignette.benchmarks;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How many cores it takes to feed one H200 as fast as it could caption, as processor time a
 * picture: worker, broker and ledger, each a process of its own, with a {@link FakeH200} for a
 * server.
 *
 * <p>Server and load generator, which are this process, have core 0; everything else shares core 1.
 * Jobs come while they are worked on, pictures inline, always more than the worker can hold. A
 * round's worker and ledger are new and warm up before they are measured; the broker lives through
 * all rounds. Rates are those of committed results, by the broker's clock. The cores for the whole
 * rate are computed: processor time a picture × pictures a second.
 *
 * <p>Arguments: repository root, rounds (default 3), measured seconds a round (default 60), warm-up
 * seconds a round (default 120), core of broker and ledger (default 1; with 0 the worker is alone
 * on its core). Needs two cores, Linux with {@code taskset}, and some gigabytes of disk.
 */
public final class FeedH200 {

  private static final int DIFFERENT = 1_000;
  private static final long START_MINUTES = 5;
  private static final long COMMIT_MILLIS = 3_000;
  // Its first request is a trial.
  private static final int FIRST_BATCHES = 2;
  private static final String WORKER_CORE = "1";

  private final Path root;
  private final Path work;
  private final Model model;
  private final int seconds;
  private final int warmUpSeconds;
  private final String othersCore;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  /** The processes that are measured, by what they are. */
  private record Parts(Map<String, PinnedProcess> processes) {

    Map<String, StageCpu> cpu() {
      Map<String, StageCpu> cpu = new LinkedHashMap<>();
      processes.forEach((name, process) -> cpu.put(name, StageCpu.of(process.pid())));
      return cpu;
    }
  }

  /** Everything that counts on, at one moment. */
  private record Moment(
      long millis, Map<String, StageCpu> cpu, long ownNanos, FakeH200.Counted server) {

    static Moment now(Parts parts, FakeH200 server) {
      return new Moment(
          System.currentTimeMillis(), parts.cpu(), ProcessCpu.ofThisProcess(), server.counted());
    }
  }

  private FeedH200(Path root, Model model, String[] args) throws IOException {
    this.root = root;
    this.work = Files.createTempDirectory("vignette-feed-h200");
    this.model = model;
    this.seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
    this.warmUpSeconds = args.length > 3 ? Integer.parseInt(args[3]) : 120;
    this.othersCore = args.length > 4 ? args[4] : WORKER_CORE;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    // Where the testkit finds the repository's files.
    System.setProperty("vignette.root", root.toString());
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Model model = ModelRepository.load(root.resolve("triton-models")).defaultModel();
    PinnedTriton.pin(ProcessHandle.current().pid());
    new FeedH200(root, model, args).run(rounds);
    System.exit(0);
  }

  private void run(int rounds) throws Exception {
    List<Path> files;
    try (Stream<Path> listed = Files.list(TritonPipeline.referenceSet(work, DIFFERENT))) {
      files = listed.sorted().toList();
    }
    printConditions();
    Path kafka = work.resolve("kafka");
    try (PinnedProcess broker =
        PinnedProcess.start(
            othersCore,
            JavaCommand.of(LoneBroker.class, kafka.toString()),
            work.resolve("broker.log"))) {
      String bootstrapServers = broker.awaitLine("bootstrap=");
      for (int round = 1; round <= rounds; round++) {
        JobsInKafka jobs = new JobsInKafka(bootstrapServers, new Topics("round" + round));
        jobs.createTopics();
        round(round, broker, jobs, files);
        jobs.deleteTopics();
      }
      broker.close();
      broker.waitFor();
    }
    delete(kafka);
    figures.forEach((name, each) -> System.out.println(name + ": " + Figures.of(each)));
  }

  /** The pictures of all jobs lie there. */
  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void printConditions() {
    System.out.printf(
        Locale.ROOT,
        """
        server: scripted, one H200 with BLIP-2 OPT-2.7b and 20 new tokens as computed: %.1f ms for \
        1 picture, %.1f for 8, %.1f for 16, at most %.0f images/s
        pictures: %d different JPEG files of 500×375, inline, resized to %d×%d, batches of %d at most
        core 0: server, load generator (%d jobs ahead)%s; core 1: worker%s
        each round: new worker and ledger, %d s of warm-up, %d s measured
        not in it: gateway, table of statuses, JSON results, pictures fetched from elsewhere
        """,
        FakeH200.time(1).toNanos() / 1e6,
        FakeH200.time(8).toNanos() / 1e6,
        FakeH200.time(16).toNanos() / 1e6,
        FakeH200.IMAGES_PER_SECOND_MAX,
        DIFFERENT,
        model.imageWidth(),
        model.imageHeight(),
        model.preferredBatchSize(),
        JobFeed.AHEAD,
        othersCore.equals(WORKER_CORE) ? "" : ", broker, ledger",
        othersCore.equals(WORKER_CORE) ? ", broker, ledger" : "",
        warmUpSeconds,
        seconds);
  }

  private void round(int round, PinnedProcess broker, JobsInKafka jobs, List<Path> files)
      throws Exception {
    Path log = work.resolve("worker-" + round + ".log");
    Moment before;
    Moment after;
    try (JobFeed feed = JobFeed.start(jobs, files, model.name());
        FakeH200 server = FakeH200.start(model, feed::answered);
        PinnedProcess ledger = ledger(round, jobs);
        PinnedProcess worker = worker(jobs, server, log)) {
      Map<String, PinnedProcess> processes = new LinkedHashMap<>();
      processes.put("worker", worker);
      processes.put("broker", broker);
      processes.put("ledger", ledger);
      Parts parts = new Parts(processes);
      awaitFirstAnswer(server, worker, log);
      pass(warmUpSeconds * 1_000L, worker, log);
      before = Moment.now(parts, server);
      pass(seconds * 1_000L, worker, log);
      after = Moment.now(parts, server);
      pass(COMMIT_MILLIS, worker, log);
      // Before the worker, whose sudden end it would complain of.
      server.close();
    }
    long pictures =
        jobs.results().values().stream()
            .filter(
                each ->
                    each.appendedMillis() > before.millis()
                        && each.appendedMillis() <= after.millis())
            .count();
    report(round, before, after, Math.toIntExact(pictures));
  }

  private PinnedProcess ledger(int round, JobsInKafka jobs)
      throws IOException, InterruptedException {
    PinnedProcess ledger =
        PinnedProcess.start(
            othersCore,
            JavaCommand.of(
                LoneLedger.class,
                jobs.bootstrapServers(),
                jobs.topics().prefix(),
                work.resolve("ledger-" + round).toString()),
            work.resolve("ledger-" + round + ".log"));
    ledger.awaitLine("ledger=running");
    return ledger;
  }

  private PinnedProcess worker(JobsInKafka jobs, FakeH200 server, Path log) throws IOException {
    return PinnedProcess.start(
        WORKER_CORE, LoneWorker.command(jobs, server.endpoint(), root, "share-group"), log);
  }

  private static void awaitFirstAnswer(FakeH200 server, PinnedProcess worker, Path log)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(START_MINUTES);
    while (server.counted().batches() < FIRST_BATCHES) {
      pass(100, worker, log);
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no answer, see " + log);
      }
    }
  }

  private static void pass(long millis, PinnedProcess worker, Path log)
      throws InterruptedException {
    if (worker.hasEndedWithin(millis)) {
      throw new IllegalStateException("the worker has ended, see " + log);
    }
  }

  private void report(int round, Moment before, Moment after, int pictures) {
    double wallSeconds = (after.millis() - before.millis()) / 1e3;
    double rate = pictures / wallSeconds;
    FakeH200.Counted served = after.server().since(before.server());
    double ownNanos = after.ownNanos() - before.ownNanos();
    add("images/s", rate);
    print(
        "round %d: %.1f images/s; server busy %.2f of the time, %.1f pictures a batch",
        round,
        rate,
        served.busyNanos() / 1e9 / wallSeconds,
        served.pictures() / (double) Math.max(1, served.batches()));
    double all = 0;
    double compiling = 0;
    for (String part : after.cpu().keySet()) {
      Map<String, Double> stages = millis(part, before, after, pictures);
      double sum = stages.values().stream().mapToDouble(Double::doubleValue).sum();
      double compiler = stages.getOrDefault(StageCpu.COMPILING, 0.0);
      add(part + ", ms a picture", sum);
      print(
          "  %s: %.3f ms of processor time a picture (compiling: %.3f), %.2f of a core",
          part, sum, compiler, sum * rate / 1e3);
      all += sum;
      compiling += compiler;
    }
    System.out.println("  worker by stage, ms: " + millis("worker", before, after, pictures));
    print(
        "  server and load generator: %.3f ms a picture, %.2f of core 0",
        ownNanos / 1e6 / Math.max(1, pictures), ownNanos / 1e9 / wallSeconds);
    add("all three, ms a picture", all);
    add("cores for the H200's rate", cores(all));
    add("cores for the H200's rate, compiling left out", cores(all - compiling));
    print(
        "  all three: %.3f ms a picture, so %.2f cores for %.0f images/s; %.2f if nothing had to be"
            + " compiled",
        all, cores(all), FakeH200.IMAGES_PER_SECOND_MAX, cores(all - compiling));
  }

  private static Map<String, Double> millis(
      String part, Moment before, Moment after, int pictures) {
    return Objects.requireNonNull(after.cpu().get(part))
        .millisSince(Objects.requireNonNull(before.cpu().get(part)), pictures);
  }

  private static double cores(double millisPerPicture) {
    return FakeH200.IMAGES_PER_SECOND_MAX * millisPerPicture / 1e3;
  }

  private void add(String name, double value) {
    figures.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
  }

  @FormatMethod
  private static void print(@FormatString String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
