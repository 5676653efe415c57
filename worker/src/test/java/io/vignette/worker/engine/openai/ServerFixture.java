package io.vignette.worker.engine.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.openai.ChatQuestion.MediaType;
import io.vignette.worker.engine.openai.OpenAiSettings.Limits;
import io.vignette.worker.engine.openai.OpenAiSettings.Timeouts;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** An engine's side of a scripted server. */
final class ServerFixture {
  static final String SECRET = "sk-vignette-secret";
  static final Duration TIMEOUT = Duration.ofSeconds(20);
  static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0x7f, 0x01};

  private ServerFixture() {}

  static OpenAiSettings settings(URI endpoint, int requestsMax) {
    return new OpenAiSettings(
        endpoint,
        "gpt-4o-mini",
        Optional.of(ApiKey.of(SECRET, "the test")),
        requestsMax,
        new Timeouts(Duration.ofSeconds(2), TIMEOUT, Duration.ofSeconds(2)),
        new Limits(1 << 20, 64 << 10));
  }

  /** Connected and ready. */
  static OpenAiServer ready(OpenAiSettings settings) throws Exception {
    OpenAiServer server = new OpenAiServer(settings, Clock.systemUTC());
    server.start();
    await(server.ready());
    return server;
  }

  static ChatQuestion question() {
    return new ChatQuestion(PICTURE, MediaType.JPEG, "What is \"this\"?\n", 30);
  }

  static Instant soon() {
    return Instant.now().plus(TIMEOUT);
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  static InferenceFailure failure(CompletableFuture<?> answer) {
    Throwable thrown = catchThrowable(() -> await(answer));
    assertThat(thrown).as("failure").isNotNull();
    InferenceFailure failure = InferenceFailure.from(thrown);
    assertThat(failure).hasMessageNotContaining(SECRET);
    return failure;
  }

  static InferenceFailure neverReady(OpenAiServer server) {
    return failure(server.ready().toCompletableFuture());
  }
}
