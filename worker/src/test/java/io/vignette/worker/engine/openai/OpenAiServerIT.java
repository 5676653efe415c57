package io.vignette.worker.engine.openai;

import static io.vignette.worker.engine.openai.ServerFixture.await;
import static io.vignette.worker.engine.openai.ServerFixture.failure;
import static io.vignette.worker.engine.openai.ServerFixture.question;
import static io.vignette.worker.engine.openai.ServerFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.openai.OpenAiSettings.Limits;
import io.vignette.worker.engine.openai.OpenAiSettings.Timeouts;
import io.vignette.worker.engine.openai.ScriptedServer.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server's coming and going, and how hard it is pressed. */
class OpenAiServerIT {
  private ScriptedServer script;
  private OpenAiSettings settings;
  private OpenAiServer server;

  @BeforeEach
  void prepare() {
    script = new ScriptedServer();
    settings = ServerFixture.settings(script.endpoint(), 3);
    server = new OpenAiServer(settings, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    server.close();
    script.close();
  }

  private void start() throws Exception {
    server.start();
    await(server.ready());
  }

  @Test
  void refusesQuestionsBeforeTheServerHasAnswered() {
    assertThat(server.health().state()).isEqualTo(State.STARTING);
    assertThat(failure(server.ask(question(), soon())).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|openai-models.json|model gpt-4o-mini",
        "200|vllm-models.json|not on the server's list (expected: one of tiny-llava)",
        "404|vllm-wrong-path.json|the server lists none",
        "403|openai-key.json|the server lists none",
        "429|openai-rate-limit.json|the server lists none"
      })
  void isReadyWhenTheServerSpeaksWhateverItLists(int status, String file, String detail)
      throws Exception {
    script.answerProbes(Reply.of(status, file));

    start();

    assertThat(server.health().isReady()).isTrue();
    assertThat(server.health().detail()).contains(detail).contains(script.endpoint().toString());
  }

  @Test
  void knowsOllamasTags() throws Exception {
    script.answerProbes(Reply.of(200, "ollama-models.json"));
    server.close();
    server =
        new OpenAiServer(
            OpenAiSettings.of(script.endpoint(), "llava", Optional.empty()), Clock.systemUTC());

    start();

    assertThat(server.health().detail()).endsWith("model llava");
    assertThat(script.probes.getLast().authorization()).isEmpty();
  }

  @Test
  void neverBecomesReadyWithAKeyTheServerRefuses() {
    script.answerProbes(Reply.of(401, "openai-key.json"));

    server.start();

    assertThat(ServerFixture.neverReady(server).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(server.health().state()).isEqualTo(State.FAILED);
  }

  @Test
  void waitsForAServerThatIsStillLoading() throws Exception {
    script.answerProbes(Reply.of(503, "vllm-wrong-path.json"));
    server.start();
    await().until(() -> server.health().detail().contains("HTTP 503"));
    assertThat(server.health().state()).isEqualTo(State.STARTING);

    script.answerProbes(Reply.of(200, "openai-models.json"));

    await(server.ready());
    assertThat(server.health().isReady()).isTrue();
  }

  @Test
  void givesUpOnAServerThatNeverComes() {
    script.close();

    server.start();

    InferenceFailure failure = ServerFixture.neverReady(server);
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure)
        .hasMessage(script.endpoint() + ": no connection (expected: a server that answers)");
    assertThat(server.health().state()).isEqualTo(State.FAILED);
  }

  @Test
  void noticesThatTheServerIsGoneAndThatItIsBack() throws Exception {
    start();
    int port = script.port();
    script.close();

    assertThat(failure(server.ask(question(), soon())).kind()).isEqualTo(Kind.UNAVAILABLE);
    await().until(() -> server.health().state() == State.UNAVAILABLE);
    assertThat(failure(server.ask(question(), soon())))
        .hasMessageContaining("UNAVAILABLE (expected: READY)");

    script = new ScriptedServer(port);
    await().until(() -> server.health().isReady());
    assertThat(await(server.ask(question(), soon())).text()).isNotEmpty();
  }

  @Test
  void survivesConnectionsThatAreCut() throws Exception {
    start();
    script.answer(new Reply(0, Map.of(), new byte[0], new CountDownLatch(0)));

    assertThat(failure(server.ask(question(), soon())).kind()).isEqualTo(Kind.UNAVAILABLE);

    await().until(() -> server.health().isReady());
    assertThat(await(server.ask(question(), soon())).text()).isNotEmpty();
  }

  @Test
  void asksNoMoreAtOnceThanAllowedAndQueuesNothing() throws Exception {
    start();
    CountDownLatch gate = new CountDownLatch(1);
    script.answerAlways(Reply.of(200, "openai-answer.json").behind(gate));
    List<CompletableFuture<ChatAnswer>> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(server.ask(question(), soon()));
    }

    InferenceFailure refused = failure(server.ask(question(), soon()));

    assertThat(refused.kind()).isEqualTo(Kind.OVERLOADED);
    assertThat(server.inFlight()).isEqualTo(3);
    await().until(() -> script.questions.size() == 3);
    gate.countDown();
    for (CompletableFuture<ChatAnswer> answer : taken) {
      assertThat(await(answer).text()).isNotEmpty();
    }
    await().until(() -> server.inFlight() == 0);
    assertThat(script.mostAtOnce.get()).isEqualTo(3);
    assertThat(await(server.ask(question(), soon())).text()).isNotEmpty();
  }

  @Test
  void holdsQuestionsThroughAShortPause() throws Exception {
    start();
    script.answer(Reply.of(429, "openai-rate-limit.json").with("Retry-After", "1"));
    assertThat(failure(server.ask(question(), soon())).isOverload()).isTrue();
    long start = System.nanoTime();

    CompletableFuture<ChatAnswer> held = server.ask(question(), soon());

    assertThat(server.health().isReady()).isTrue();
    assertThat(await(held).text()).isNotEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(700));
    assertThat(script.questions).hasSize(2);
  }

  @Test
  void isUnavailableThroughALongPause() throws Exception {
    start();
    script.answer(Reply.of(429, "openai-rate-limit.json").with("Retry-After", "120"));
    failure(server.ask(question(), soon()));

    assertThat(server.health().state()).isEqualTo(State.UNAVAILABLE);
    assertThat(server.health().detail()).contains("wants no requests until");
    assertThat(failure(server.ask(question(), soon())).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(script.questions).hasSize(1);
  }

  @Test
  void isUnavailableWhileNobodyPays() throws Exception {
    start();
    script.answer(Reply.of(429, "openai-quota.json"));
    failure(server.ask(question(), soon()));

    assertThat(server.health().state()).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void asksTwiceMoreAfterAMishap() throws Exception {
    start();
    script.answer(Reply.of(500, "vllm-broken.json"));

    assertThat(await(server.ask(question(), soon())).text()).startsWith("A red bicycle");
    assertThat(script.questions).hasSize(2);

    Reply mishap = Reply.of(500, "vllm-broken.json");
    script.answer(mishap, mishap, mishap);
    assertThat(failure(server.ask(question(), soon())).kind()).isEqualTo(Kind.BACKEND);
    assertThat(script.questions).hasSize(5);
  }

  @Test
  void aServerThatBreaksAtEveryPictureIsBrokenItself() throws Exception {
    start();
    script.answerAlways(Reply.of(500, "vllm-broken.json"));

    CompletableFuture<ChatAnswer> first = server.ask(question(), soon());
    CompletableFuture<ChatAnswer> second = server.ask(question(), soon());
    assertThat(failure(first).kind()).isEqualTo(Kind.BACKEND);
    assertThat(failure(second).kind()).isEqualTo(Kind.BACKEND);
    InferenceFailure third = failure(server.ask(question(), soon()));

    assertThat(third.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(third).hasMessageContaining("3 requests in a row broke the server");
    assertThat(server.health().state()).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void endsARequestWhoseDeadlinePasses() throws Exception {
    start();
    CountDownLatch gate = new CountDownLatch(1);
    script.answerAlways(Reply.of(200, "openai-answer.json").behind(gate));

    InferenceFailure late =
        failure(server.ask(question(), Instant.now().plus(Duration.ofMillis(200))));

    assertThat(late.kind()).isEqualTo(Kind.EXPIRED);
    await().until(() -> server.inFlight() == 0);
    gate.countDown();
  }

  @Test
  void endsARequestThatTakesTooLong() throws Exception {
    server.close();
    server =
        new OpenAiServer(
            new OpenAiSettings(
                script.endpoint(),
                "gpt-4o-mini",
                Optional.empty(),
                1,
                new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofSeconds(2)),
                Limits.DEFAULT),
            Clock.systemUTC());
    start();
    CountDownLatch gate = new CountDownLatch(1);
    script.answerAlways(Reply.of(200, "openai-answer.json").behind(gate));

    assertThat(failure(server.ask(question(), Instant.MAX)).kind()).isEqualTo(Kind.TIMEOUT);
    gate.countDown();
  }

  @Test
  void endsARequestThatNobodyWants() throws Exception {
    start();
    CountDownLatch gate = new CountDownLatch(1);
    script.answerAlways(Reply.of(200, "openai-answer.json").behind(gate));
    CompletableFuture<ChatAnswer> answer = server.ask(question(), soon());
    await().until(() -> script.questions.size() == 1);

    answer.completeExceptionally(InferenceFailure.cancelled("test: withdrawn"));

    assertThat(server.inFlight()).isZero();
    gate.countDown();
    assertThat(await(server.ask(question(), soon())).text()).isNotEmpty();
  }

  @Test
  void failsWhatIsInFlightWhenItCloses() throws Exception {
    start();
    CountDownLatch gate = new CountDownLatch(1);
    script.answerAlways(Reply.of(200, "openai-answer.json").behind(gate));
    CompletableFuture<ChatAnswer> answer = server.ask(question(), soon());

    server.close();
    server.close();

    assertThat(failure(answer).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure(server.ask(question(), soon())).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(server.health().state()).isEqualTo(State.CLOSED);
    gate.countDown();
  }

  @Test
  void failsToBecomeReadyWhenItClosesBefore() {
    server.close();
    server.start();

    assertThat(ServerFixture.neverReady(server).kind()).isEqualTo(Kind.UNAVAILABLE);
  }
}
