package io.vignette.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.ImageLoader;
import io.vignette.images.source.RunFiles;
import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import io.vignette.worker.Worker;
import io.vignette.worker.WorkerPorts;
import io.vignette.worker.WorkerSettings;
import io.vignette.worker.engine.triton.Endpoint;
import io.vignette.worker.engine.triton.TritonEngine;
import io.vignette.worker.engine.triton.TritonListener;
import io.vignette.worker.engine.triton.TritonSettings;
import io.vignette.worker.lease.LeaseConfig;
import io.vignette.worker.lease.LeaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A worker on a real Triton server, with the ledger or without, as a process of its own: no
 * gateway, no framework.
 *
 * <p>Arguments: Kafka's address, topic prefix, Triton's endpoint, model repository, folder for the
 * ledger or {@code none}, the source of jobs as in {@code vignette.lease.source}, jobs to warm up
 * with, jobs to measure. Prints {@code cpu=} and milliseconds of processor time a measured picture
 * by stage, as JSON, unless the last two are left out; runs until it is ended.
 */
public final class LoneWorker {
  // As in vignette.lease.*.
  private static final int BULK_LANES = 6;
  private static final int RECORDS_PER_FETCH = 32;

  private static final int NEVER = Integer.MAX_VALUE;

  private final String bootstrapServers;
  private final Topics topics;
  private final int warmUp;
  private final int measured;
  private final LeaseConfig.Source source;
  private final KafkaProducer<String, byte[]> producer;
  private final AtomicInteger captioned = new AtomicInteger();
  private final CompletableFuture<StageCpu> warm = new CompletableFuture<>();

  private LoneWorker(
      String bootstrapServers, Topics topics, int warmUp, int measured, LeaseConfig.Source source) {
    this.source = source;
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.warmUp = warmUp;
    this.measured = measured;
    // As the worker's channel of bulk jobs.
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "worker-events",
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                100,
                "batch.size",
                1 << 17),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /**
   * The command of one without a ledger that measures nothing.
   *
   * @param root of the repository
   */
  static List<String> command(JobsInKafka jobs, String endpoint, Path root, String source) {
    return JavaCommand.of(
        LoneWorker.class,
        jobs.bootstrapServers(),
        jobs.topics().prefix(),
        endpoint,
        root.resolve("triton-models").toString(),
        "none",
        source);
  }

  public static void main(String[] args) throws Exception {
    JavaCommand.logWarningsOnly();
    LoneWorker lone =
        new LoneWorker(
            args[0],
            new Topics(args[1]),
            args.length > 6 ? Integer.parseInt(args[6]) : NEVER,
            args.length > 7 ? Integer.parseInt(args[7]) : 0,
            LeaseConfig.Source.valueOf(args[5].replace('-', '_').toUpperCase(Locale.ROOT)));
    if (!args[4].equals("none")) {
      new Ledger(
              KafkaConnection.plaintext(args[0]),
              lone.topics,
              LedgerConfig.of(lone.topics, Path.of(args[4])))
          .start();
    }
    try (Worker worker =
        lone.worker(ModelRepository.load(Path.of(args[3])), Endpoint.parse(args[2]))) {
      worker.start();
      new CountDownLatch(1).await();
    }
  }

  private Worker worker(ModelRepository models, Endpoint endpoint) {
    ImageLimits limits = ImageLimits.defaults();
    Clock clock = Clock.systemUTC();
    WorkerPorts ports =
        new WorkerPorts(
            Map.of("bootstrap.servers", bootstrapServers),
            topics,
            models,
            new ImageLoader(new RunFiles(), limits),
            limits,
            new TritonEngine(models, TritonSettings.of(endpoint), clock, TritonListener.NONE),
            (event, headers) -> publish(event),
            (topic, id, job, headers) -> send(topic, id, job),
            clock);
    WorkerSettings standard = WorkerSettings.standard("lone-worker");
    WorkerSettings settings =
        new WorkerSettings(
            standard.workerId(),
            LeaseSettings.of(source, BULK_LANES, RECORDS_PER_FETCH),
            standard.attempt(),
            standard.batch(),
            standard.decodeThreads(),
            standard.largeFromPixels(),
            standard.scaledDecode(),
            standard.drainTimeout());
    return new Worker(ports, settings, List.of(), List.of());
  }

  private CompletionStage<Void> publish(JobEvent event) {
    CompletionStage<Void> sent = send(topics.jobEvents(), event.getJobId(), event.toByteArray());
    return event.hasSucceeded() ? sent.thenRun(this::count) : sent;
  }

  private CompletionStage<Void> send(String topic, String id, byte[] value) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    producer.send(
        new ProducerRecord<>(topic, id, value),
        (metadata, failure) -> {
          if (failure == null) {
            sent.complete(null);
          } else {
            sent.completeExceptionally(failure);
          }
        });
    return sent;
  }

  private void count() {
    int done = captioned.incrementAndGet();
    if (done == warmUp) {
      warm.complete(StageCpu.now());
    } else if (done == warmUp + measured) {
      print(StageCpu.now().millisSince(warm.join(), measured));
    }
  }

  private static void print(Map<String, Double> millis) {
    System.out.println("cpu=" + new ObjectMapper().valueToTree(millis));
  }
}
