package io.vignette.benchmarks;

import io.vignette.benchmarks.JobsInKafka.Answered;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Vignette's worker beside an asyncio worker in Python, in turn, from Kafka to Kafka: the same
 * jobs, pictures, model, Triton server, broker and cores.
 *
 * <p>The server, with one thread a model, has core 0; broker and worker share core 1. All jobs wait
 * on their topic, pictures inline, before a worker starts; the rate is that of the results behind
 * those of the warm-up, by the broker's clock. Three sides: Vignette's worker and ledger, to
 * committed results; its worker alone, to confirmed events; the peer, to confirmed results.
 *
 * <p>Arguments: repository root, pictures (default 6000), repetitions (default 3), warm-up pictures
 * (default 3000), the sides in one word (default {@code with_ledger,worker,peer}; a peer's options
 * stand behind it, {@code peer:--in-flight=4:--decode-threads=2}; Vignette's may be the source of
 * jobs, {@code with_ledger:consumer-group}). Needs a built tree, two cores, Linux with {@code
 * taskset}, and Python for the peer.
 */
public final class AsyncioPeer {

  private static final int DIFFERENT = 1_000;
  private static final long LIMIT_MINUTES = 20;

  private final Path root;
  private final Path work;
  private final Path peer;
  private final int pictures;
  private final int warmUp;
  private final List<Contender> contenders;
  private final Map<Contender, List<Double>> rates = new LinkedHashMap<>();
  private final Map<String, Answered> captions = new HashMap<>();

  /** What the broker was asked, by its own last word. */
  private record Traffic(long requests, long records, String byName) {

    /** As it is from now on. */
    static Traffic next(PinnedProcess broker, Path log) throws IOException, InterruptedException {
      int known = all(log).size();
      while (!broker.hasEndedWithin(200)) {
        List<Traffic> all = all(log);
        if (all.size() > known) {
          return all.getLast();
        }
      }
      throw new IllegalStateException("the broker has ended, see " + log);
    }

    private static List<Traffic> all(Path log) throws IOException {
      return Files.readAllLines(log).stream()
          .filter(line -> line.startsWith(LoneBroker.TRAFFIC) && line.endsWith("}"))
          .map(line -> line.substring(LoneBroker.TRAFFIC.length()).split(" ", 3))
          .map(parts -> new Traffic(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]))
          .toList();
    }
  }

  /** Who does the work. */
  private enum Side {
    WITH_LEDGER("vignette, worker and ledger"),
    WORKER("vignette, worker alone"),
    PEER("asyncio peer");

    private final String words;

    Side(String words) {
      this.words = words;
    }
  }

  /**
   * A side of the comparison.
   *
   * @param options further ones of its command
   */
  private record Contender(Side side, List<String> options) {

    static Contender parse(String text) {
      List<String> parts = List.of(text.split(":"));
      Side side = Side.valueOf(parts.getFirst().toUpperCase(Locale.ROOT));
      return new Contender(side, parts.subList(1, parts.size()));
    }

    String words() {
      return side.words + (options.isEmpty() ? "" : " " + String.join(" ", options));
    }
  }

  private AsyncioPeer(Path root, Path peer, String[] args) throws IOException {
    this.root = root;
    this.peer = peer;
    this.work = Files.createTempDirectory("vignette-asyncio-peer");
    this.pictures = args.length > 1 ? Integer.parseInt(args[1]) : 6_000;
    this.warmUp = args.length > 3 ? Integer.parseInt(args[3]) : 3_000;
    String sides = args.length > 4 ? args[4] : "with_ledger,worker,peer";
    this.contenders = Stream.of(sides.split(",")).map(Contender::parse).toList();
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toAbsolutePath();
    System.setProperty("vignette.root", root.toString());
    int repetitions = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path peer = PeerFolder.installed(root, "asyncio-worker");
    Model model = ModelRepository.load(root.resolve("triton-models")).defaultModel();
    try (PinnedTriton triton = PinnedTriton.start(model)) {
      new AsyncioPeer(root, peer, args).run(triton, model, repetitions);
    }
  }

  private void run(PinnedTriton triton, Model model, int repetitions) throws Exception {
    List<Path> files;
    try (Stream<Path> listed =
        Files.list(TritonPipeline.referenceSet(work, Math.min(pictures, DIFFERENT)))) {
      files = listed.sorted().toList();
    }
    Path log = work.resolve("broker.log");
    try (PinnedProcess broker =
        PinnedProcess.start(
            JavaCommand.of(LoneBroker.class, work.resolve("kafka").toString()), log)) {
      String bootstrapServers = broker.awaitLine("bootstrap=");
      for (int i = 0; i < repetitions; i++) {
        for (int place = 0; place < contenders.size(); place++) {
          Topics topics = new Topics("round%d-%d".formatted(i + 1, place + 1));
          JobsInKafka jobs = new JobsInKafka(bootstrapServers, topics);
          // Who is first in one round is last in the next: machine and broker change meanwhile.
          Contender who = contenders.get((i + place) % contenders.size());
          round(who, i + 1, triton, broker, jobs, files, model);
        }
      }
    }
    rates.forEach(
        (who, each) -> System.out.println(who.words() + ", images/s: " + Figures.of(each)));
  }

  private void round(
      Contender who,
      int round,
      PinnedTriton triton,
      PinnedProcess broker,
      JobsInKafka jobs,
      List<Path> files,
      Model model)
      throws Exception {
    jobs.createTopics();
    jobs.fill(files, model.name(), warmUp + pictures);
    PinnedTriton.Counted server = triton.counted();
    Path brokerLog = work.resolve("broker.log");
    Traffic before = Traffic.next(broker, brokerLog);
    long brokerNanos = ProcessCpu.of(broker.pid());
    Path log = work.resolve(jobs.topics().prefix() + ".log");
    long start = System.currentTimeMillis();
    try (PinnedProcess worker = PinnedProcess.start(command(who, jobs, triton, model), log)) {
      Map<String, Answered> answers = await(who.side(), jobs, worker, log);
      String cpu = worker.awaitLine("cpu=");
      long brokerUsed = ProcessCpu.of(broker.pid()) - brokerNanos;
      Map<String, Double> served = triton.counted().perPictureSince(server);
      report(who, round, start, answers);
      System.out.println("  CPU milliseconds a measured picture: " + cpu);
      System.out.printf(
          Locale.ROOT,
          "  broker, CPU milliseconds a picture, all: %.3f%n",
          brokerUsed / 1e6 / (warmUp + pictures));
      Traffic after = Traffic.next(broker, brokerLog);
      System.out.printf(
          Locale.ROOT,
          "  broker, a picture, all: %.2f requests, %.2f records%n",
          (double) (after.requests() - before.requests()) / (warmUp + pictures),
          (double) (after.records() - before.records()) / (warmUp + pictures));
      System.out.println("  requests so far: " + after.byName());
      System.out.println("  server, a picture, all: " + served);
    }
    jobs.deleteTopics();
  }

  private List<String> command(Contender who, JobsInKafka jobs, PinnedTriton triton, Model model)
      throws IOException {
    String kafka = jobs.bootstrapServers();
    String models = root.resolve("triton-models").toString();
    if (who.side() != Side.PEER) {
      return JavaCommand.of(
          LoneWorker.class,
          kafka,
          jobs.topics().prefix(),
          triton.endpoint(),
          models,
          who.side() == Side.WITH_LEDGER
              ? work.resolve("ledger-" + jobs.topics().prefix()).toString()
              : "none",
          who.options().isEmpty() ? "share-group" : who.options().getFirst(),
          Integer.toString(warmUp),
          Integer.toString(pictures));
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "PYTHONPATH=" + peer.resolve("messages"),
                peer.resolve("venv/bin/python").toString(),
                root.resolve("benchmarks/peers/asyncio-worker/worker.py").toString(),
                "--bootstrap=" + kafka,
                "--jobs-topic=" + jobs.topics().jobsBulk(),
                "--results-topic=" + jobs.topics().results(),
                "--group=" + jobs.topics().prefix() + "-peer",
                "--triton=" + triton.endpoint(),
                "--model=" + Path.of(models, model.name()),
                "--warm-up=" + warmUp,
                "--measured=" + pictures));
    command.addAll(who.options());
    return command;
  }

  /** Looks now and then at the end of the topic only, and reads when there may be enough. */
  private Map<String, Answered> await(Side side, JobsInKafka jobs, PinnedProcess worker, Path log)
      throws Exception {
    int wanted = warmUp + pictures;
    // Beside what the worker states there are events of submission; a start is stated only where it
    // takes long.
    boolean events = side == Side.WORKER;
    String topic = events ? jobs.topics().jobEvents() : jobs.topics().results();
    long least = events ? 2L * wanted : wanted;
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
    while (System.nanoTime() < end) {
      boolean ended = worker.hasEndedWithin(1_000);
      if (jobs.endOf(topic) >= least) {
        Map<String, Answered> answers = events ? jobs.stated() : jobs.results();
        if (answers.size() >= wanted) {
          return answers;
        }
      }
      if (ended && side != Side.PEER) {
        break;
      }
    }
    throw new IllegalStateException(side.words + ": not done, see " + log);
  }

  private void report(Contender who, int round, long start, Map<String, Answered> answers) {
    long[] at = answers.values().stream().mapToLong(Answered::appendedMillis).sorted().toArray();
    double rate = pictures * 1e3 / (at[at.length - 1] - at[warmUp - 1]);
    rates.computeIfAbsent(who, none -> new ArrayList<>()).add(rate);
    System.out.printf(
        Locale.ROOT,
        "round %d, %s: %.1f images/s; from the start of its process: first result %.1f s, last"
            + " %.1f s%n",
        round,
        who.words(),
        rate,
        (at[0] - start) / 1e3,
        (at[at.length - 1] - start) / 1e3);
    answers.forEach(captions::putIfAbsent);
    long same =
        answers.entrySet().stream()
            .filter(answer -> answer.getValue().text().equals(first(answer.getKey())))
            .count();
    System.out.printf("  same captions as in the first run: %d of %d%n", same, answers.size());
  }

  private String first(String reference) {
    Answered answer = captions.get(reference);
    return answer == null ? "" : answer.text();
  }
}
