package io.vignette.worker;

import io.vignette.images.ImageLimits;
import io.vignette.images.source.BlobReference;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.ImageLoader;
import io.vignette.models.ModelRepository;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.Topics;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.lease.LeaseConfig.Source;
import io.vignette.worker.lease.LeaseSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A worker as a process of its own that can be killed, stopped and drained, with an engine in it
 * that does what the test wants. Arguments: broker, topic prefix, {@link Mode}, minutes that its
 * clock is ahead, a file, and {@link Source}.
 */
final class DoomedWorker {

  /** What happens to an image. */
  enum Mode {
    /** It is captioned. */
    ANSWER,
    /** It takes the process down while it is inferred. */
    HALT,
    /** It is inferred until the file is there. */
    HOLD,
    /** Its bytes never come. */
    STALL
  }

  /** Printed when the engine has an image. */
  static final String INFERRING = "INFERRING";

  private DoomedWorker() {}

  /** Runs until SIGTERM, which drains. */
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> kafka = Map.of("bootstrap.servers", arguments[0]);
    Topics topics = new Topics(arguments[1]);
    Mode mode = Mode.valueOf(arguments[2]);
    Clock clock =
        Clock.offset(Clock.systemUTC(), Duration.ofMinutes(Integer.parseInt(arguments[3])));
    KafkaSender sender =
        new KafkaSender(
            new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer()), clock);
    ImageLimits limits = ImageLimits.defaults();
    WorkerSettings usual = WorkerSettings.standard("doomed-" + ProcessHandle.current().pid());
    Worker worker =
        new Worker(
            new WorkerPorts(
                kafka,
                topics,
                ModelRepository.load(RepositoryFiles.models()),
                new ImageLoader(new OneImage(mode == Mode.STALL), limits),
                limits,
                new Engine(mode, Path.of(arguments[4])),
                (event, headers) ->
                    sender.send(topics.jobEvents(), event.getJobId(), event.toByteArray(), headers),
                sender::send,
                clock),
            new WorkerSettings(
                usual.workerId(),
                LeaseSettings.of(Source.valueOf(arguments[5]), 2, 32),
                usual.attempt(),
                usual.batch(),
                usual.decodeThreads(),
                usual.largeFromPixels(),
                usual.scaledDecode(),
                Duration.ofSeconds(2)),
            List.of(),
            List.of());
    Runtime.getRuntime().addShutdownHook(new Thread(worker::close, "drain"));
    worker.start();
    new CountDownLatch(1).await();
  }

  /** Answers every reference with one image, or never. */
  private record OneImage(boolean stalls) implements BlobStore {
    @Override
    public boolean understands(String reference) {
      return true;
    }

    @Override
    public BlobReference put(InputStream in, long limitBytes) {
      throw new UnsupportedOperationException("put");
    }

    @Override
    public byte[] read(String reference, long limitBytes) {
      try {
        if (stalls) {
          new CountDownLatch(1).await();
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file);
        return file.toByteArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void delete(String reference) {}

    @Override
    public long deleteOlderThan(Instant instant) {
      return 0;
    }
  }

  /** In this process, like the one that a worker without a server has. */
  private record Engine(Mode mode, Path file) implements CaptionEngine {
    @Override
    public void start() {}

    @Override
    public CompletionStage<Void> ready() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isInProcess() {
      return true;
    }

    @Override
    public EngineHealth health() {
      return new EngineHealth(EngineHealth.State.READY, "doomed");
    }

    @Override
    public InferenceCall infer(InferenceBatch batch, Instant deadline) {
      System.out.println(INFERRING);
      System.out.flush();
      if (mode == Mode.HALT) {
        Runtime.getRuntime().halt(99);
      }
      List<GeneratedText> text = List.of(new GeneratedText.Tokens(new long[] {10, 11, 12}, -0.1));
      CompletableFuture<List<GeneratedText>> answer = new CompletableFuture<>();
      if (mode == Mode.HOLD) {
        Thread.ofPlatform().daemon(true).start(() -> completeWhenThere(answer, text));
      } else {
        answer.complete(text);
      }
      return new InferenceCall() {
        @Override
        public List<CompletionStage<List<GeneratedText>>> items() {
          return List.of(answer);
        }

        @Override
        public void cancel() {
          answer.cancel(false);
        }
      };
    }

    private void completeWhenThere(
        CompletableFuture<List<GeneratedText>> answer, List<GeneratedText> text) {
      while (!Files.exists(file)) {
        Thread.onSpinWait();
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
      answer.complete(text);
    }

    @Override
    public void close() {}
  }
}
