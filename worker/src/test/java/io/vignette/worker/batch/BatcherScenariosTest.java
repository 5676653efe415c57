package io.vignette.worker.batch;

import static io.vignette.worker.batch.Requests.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.models.Model;
import io.vignette.worker.batch.HandDrivenEngine.HandCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Random histories, each reproducible by its seed: what must hold in all of them. */
class BatcherScenariosTest {
  private static final int SCENARIOS = 1_000;

  @Test
  void everyRequestCompletesOnceAndNoBoundIsExceeded() {
    for (int seed = 0; seed < SCENARIOS; seed++) {
      new Scenario(seed).run();
    }
  }

  /** One history: submissions, completions, failures, withdrawals and time, in random order. */
  private static final class Scenario {
    private final int seed;
    private final Random random;
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private final HandDrivenEngine engine = new HandDrivenEngine();
    private final int inFlightMax;
    private final List<Model> models;
    private final Batcher batcher;
    private final Set<Integer> poison = new HashSet<>();
    private final Map<Integer, AtomicInteger> completions = new HashMap<>();
    private final List<CompletableFuture<BatchedAnswer>> answers = new ArrayList<>();

    Scenario(int seed) {
      this.seed = seed;
      random = new Random(seed);
      inFlightMax = 1 + random.nextInt(3);
      models =
          List.of(
              Requests.model("a", 1 + random.nextInt(8)),
              Requests.model("b", 1 + random.nextInt(8)));
      batcher =
          new Batcher(
              engine,
              new BatchSettings(inFlightMax, 60, Duration.ofSeconds(1), Duration.ZERO),
              () -> 0,
              clock);
    }

    void run() {
      for (int step = 0; step < 60; step++) {
        act();
        checkBounds();
      }
      CompletableFuture<Void> drained = batcher.drain().toCompletableFuture();
      engine.run(poison);

      assertThat(drained).as("seed %d", seed).isCompleted();
      assertThat(batcher.held()).as("seed %d", seed).isZero();
      assertThat(batcher.inFlight()).as("seed %d", seed).isZero();
      assertThat(answers).as("seed %d", seed).allMatch(CompletableFuture::isDone);
      assertThat(completions.values())
          .as("seed %d", seed)
          .hasSameSizeAs(answers)
          .allMatch(count -> count.get() == 1);
      checkSuccesses();
    }

    private void act() {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> submitSome();
        case 5, 6 -> anyCall(call -> call.complete(poison));
        case 7 -> anyCall(this::failSomehow);
        case 8 ->
            answers.stream().skip(random.nextInt(100)).findFirst().ifPresent(a -> a.cancel(false));
        default -> now.updateAndGet(time -> time.plusMillis(random.nextInt(400)));
      }
    }

    private void submitSome() {
      for (int i = random.nextInt(5); i >= 0 && answers.size() < 120; i--) {
        int id = answers.size();
        if (random.nextInt(20) == 0) {
          poison.add(id);
        }
        CompletableFuture<BatchedAnswer> answer =
            batcher.submit(
                Requests.request(
                    models.get(random.nextInt(2)),
                    id,
                    1 + random.nextInt(30),
                    now.get().plusMillis(random.nextInt(2_000)),
                    random.nextInt(4) == 0,
                    random.nextInt(8) == 0));
        AtomicInteger count = new AtomicInteger();
        completions.put(id, count);
        answer.whenComplete((done, failure) -> count.incrementAndGet());
        answers.add(answer);
      }
    }

    private void anyCall(java.util.function.Consumer<HandCall> action) {
      List<HandCall> open = engine.open();
      if (!open.isEmpty()) {
        action.accept(open.get(random.nextInt(open.size())));
      }
    }

    private void failSomehow(HandCall call) {
      switch (random.nextInt(4)) {
        case 0 -> call.fail(InferenceFailure.unavailable("gone"));
        case 1 -> call.fail(InferenceFailure.backend("broken"));
        case 2 -> call.fail(random.nextInt(call.ids().size()), InferenceFailure.degenerate("NaN"));
        default -> call.succeed(random.nextInt(call.ids().size()));
      }
    }

    private void checkBounds() {
      assertThat(engine.open()).as("seed %d", seed).hasSizeLessThanOrEqualTo(inFlightMax);
      assertThat(batcher.held()).as("seed %d", seed).isLessThanOrEqualTo(60);
      for (HandCall call : engine.open()) {
        List<Integer> ids = call.ids();
        assertThat(Set.copyOf(ids)).as("seed %d", seed).hasSameSizeAs(ids).hasSizeBetween(1, 8);
      }
      // Nothing may wait while the engine could take it.
      if (batcher.inFlight() < inFlightMax) {
        assertThat(batcher.held())
            .as("seed %d", seed)
            .isLessThanOrEqualTo(engine.open().stream().mapToInt(c -> c.ids().size()).sum());
      }
    }

    /** Answers reach those who asked. */
    private void checkSuccesses() {
      for (int id = 0; id < answers.size(); id++) {
        CompletableFuture<BatchedAnswer> answer = answers.get(id);
        if (!answer.isCompletedExceptionally()) {
          assertThat(answer.join().texts().getFirst().tokens().tokenIds())
              .as("seed %d", seed)
              .containsExactly(id);
        }
      }
    }
  }
}
