package io.vignette.worker.batch;

import static io.vignette.worker.batch.Requests.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;

/** Many threads submit, withdraw and complete at once. */
class BatcherConcurrencyTest {
  private static final int SUBMITTERS = 4;
  private static final int REQUESTS_EACH = 250;
  private static final int IN_FLIGHT_MAX = 3;

  @RepeatedTest(50)
  void everyRequestCompletesAndNoBoundIsExceeded() throws Exception {
    try (ThreadedEngine engine = new ThreadedEngine();
        ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS)) {
      Batcher batcher =
          new Batcher(
              engine,
              new BatchSettings(
                  IN_FLIGHT_MAX, SUBMITTERS * REQUESTS_EACH, Duration.ZERO, Duration.ofMillis(1)),
              () -> ThreadLocalRandom.current().nextInt(2),
              Clock.systemUTC());
      List<CompletableFuture<BatchedAnswer>> answers =
          Collections.synchronizedList(new ArrayList<>());
      List<CompletableFuture<Void>> submitting =
          Stream.generate(
                  () -> CompletableFuture.runAsync(() -> submitAll(batcher, answers), submitters))
              .limit(SUBMITTERS)
              .toList();
      CompletableFuture.allOf(submitting.toArray(CompletableFuture[]::new))
          .get(60, TimeUnit.SECONDS);

      batcher.drain().toCompletableFuture().get(60, TimeUnit.SECONDS);

      assertThat(answers).hasSize(SUBMITTERS * REQUESTS_EACH).allMatch(CompletableFuture::isDone);
      assertThat(engine.mostInFlight.get()).isLessThanOrEqualTo(IN_FLIGHT_MAX);
      assertThat(engine.largestBatch.get()).isLessThanOrEqualTo(MODEL.preferredBatchSize());
      assertThat(batcher.held()).isZero();
    }
  }

  private static void submitAll(Batcher batcher, List<CompletableFuture<BatchedAnswer>> answers) {
    Random random = new Random();
    for (int i = 0; i < REQUESTS_EACH; i++) {
      CompletableFuture<BatchedAnswer> answer =
          batcher.submit(
              Requests.request(
                  MODEL,
                  i % 100,
                  1 + random.nextInt(30),
                  Instant.now().plusSeconds(60),
                  random.nextBoolean(),
                  random.nextInt(10) == 0));
      answers.add(answer);
      if (random.nextInt(5) == 0) {
        answer.cancel(false);
      }
    }
  }

  /** Completes batches on threads of its own; picture 13 breaks every batch it is in. */
  private static final class ThreadedEngine implements CaptionEngine {
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger mostInFlight = new AtomicInteger();
    final AtomicInteger largestBatch = new AtomicInteger();

    @Override
    public InferenceCall infer(InferenceBatch batch, Instant deadline) {
      mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      largestBatch.accumulateAndGet(batch.items().size(), Math::max);
      List<CompletableFuture<List<GeneratedText>>> items =
          Stream.generate(CompletableFuture<List<GeneratedText>>::new)
              .limit(batch.items().size())
              .toList();
      threads.execute(() -> complete(batch, items));
      return new InferenceCall() {
        @Override
        public List<CompletionStage<List<GeneratedText>>> items() {
          return List.copyOf(items);
        }

        @Override
        public void cancel() {}
      };
    }

    private void complete(
        InferenceBatch batch, List<CompletableFuture<List<GeneratedText>>> items) {
      inFlight.decrementAndGet();
      boolean broken = batch.items().stream().anyMatch(item -> Requests.idOf(item) == 13);
      for (CompletableFuture<List<GeneratedText>> item : items) {
        if (broken) {
          item.completeExceptionally(InferenceFailure.backend("broken"));
        } else {
          item.complete(List.of(new GeneratedText.Tokens(new long[] {2}, -1)));
        }
      }
    }

    @Override
    public void start() {}

    @Override
    public CompletionStage<Void> ready() {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public EngineHealth health() {
      return new EngineHealth(EngineHealth.State.READY, "");
    }

    @Override
    public void close() {
      threads.close();
    }
  }
}
