package io.vignette.worker.engine.triton;

import static io.vignette.worker.engine.triton.FaultsOnDemand.QUEUE;
import static io.vignette.worker.engine.triton.FaultsOnDemand.ROWS;
import static io.vignette.worker.engine.triton.FaultsOnDemand.SOUND;
import static io.vignette.worker.engine.triton.TritonFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.models.ModelRepository;
import io.vignette.testkit.triton.TritonServer;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.GoldenAnswers;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** A real server with {@link FaultsOnDemand}, and what tests of faults ask of it. */
final class FaultyTriton implements AutoCloseable {
  final TritonFixture fixture;
  final TritonServer server;
  private final FaultsOnDemand faults;
  private boolean isWell;

  private FaultyTriton(ModelRepository repository) throws Exception {
    faults = new FaultsOnDemand(repository.defaultModel());
    fixture = TritonFixture.start(repository, options -> options.doctoredBy(faults));
    server = fixture.server;
  }

  static FaultyTriton start() throws Exception {
    return new FaultyTriton(GoldenAnswers.repository());
  }

  /** The ensemble's name. */
  String model() {
    return fixture.model.name();
  }

  String llm() {
    return ServedModel.llm(fixture.model);
  }

  List<InferenceItem> batch(int maxNewTokens) throws Exception {
    return Collections.nCopies(ROWS, fixture.caption(maxNewTokens));
  }

  /** More batches than the server's queue holds, all at once. */
  List<InferenceCall> inferMany(TritonEngine engine, int maxNewTokens) throws Exception {
    List<InferenceCall> calls = new ArrayList<>();
    for (int i = 0; i < 4 * QUEUE; i++) {
      calls.add(fixture.infer(engine, batch(maxNewTokens)));
    }
    return calls;
  }

  /** The failures of those that fail; what succeeds must be right. */
  List<InferenceFailure> failures(List<InferenceCall> calls) throws Exception {
    List<InferenceFailure> failures = new ArrayList<>();
    for (InferenceCall call : calls) {
      for (CompletionStage<List<GeneratedText>> item : call.items()) {
        try {
          fixture.assertCaption(item);
        } catch (ExecutionException e) {
          failures.add(InferenceFailure.from(e));
        }
      }
    }
    return failures;
  }

  /** Changes the server's models under whoever uses them. */
  interface Change {
    void to(FaultsOnDemand faults, Path repository) throws IOException;
  }

  void replace(Change change) throws IOException {
    change.to(faults, server.repository());
    server.unload(model());
    server.load(model());
  }

  static void awaitDetail(TritonEngine engine, State state, String... details) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(engine.health().detail()).contains(details);
              assertThat(engine.health().state()).isEqualTo(state);
            });
  }

  /** Waits for the server, as its supervisor would: {@link TritonServer#resume} may kill it. */
  void supervise(TritonEngine engine) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              if (!server.isAlive()) {
                server.restart();
              }
              return engine.health().isReady();
            });
  }

  /** Ready, and captions rightly once the server has done what nobody waits for any more. */
  void becomesWell(TritonEngine engine) {
    TritonFixture.awaitState(engine, State.READY);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              List<InferenceFailure> failures =
                  failures(List.of(fixture.infer(engine, batch(SOUND))));
              assertThat(failures).allMatch(InferenceFailure::isOverload);
              return failures.isEmpty();
            });
    assertThat(engine.health().state()).as(engine.health().detail()).isEqualTo(State.READY);
    isWell = true;
  }

  /** One failed test must not be the end of the others. */
  void endTest() {
    fixture.disconnect();
    if (!isWell) {
      server.restart();
    }
    isWell = false;
  }

  @Override
  public void close() {
    fixture.close();
  }
}
