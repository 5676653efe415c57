package io.vignette.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.models.InvalidModelException;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.Prompt;
import io.vignette.records.ShownText;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final AdmissionLimits LIMITS = AdmissionLimits.defaults();

  private final Admission admission;

  AdmissionTest() throws InvalidModelException {
    this.admission = new Admission(ModelRepository.load(RepositoryFiles.models()), LIMITS);
  }

  private static CaptionJob.Builder job() {
    return CaptionJob.newBuilder()
        .setModel("tiny-blip2")
        .setImage(ImageReference.newBuilder().setUrl("https://example.org/a.png"));
  }

  private static Prompt question(String text) {
    return Prompt.newBuilder().setKind(Prompt.Kind.QUESTION).setText(text).build();
  }

  @Test
  void admitsAPlainCaption() {
    assertThat(admission.check(job().build())).isEmpty();
  }

  @Test
  void admitsAllThatTheLimitsAllow() {
    CaptionJob.Builder job = job().setGeneration(Generation.newBuilder().setMaxNewTokens(32));
    for (int i = 0; i < 16; i++) {
      job.addPrompts(question("x".repeat(4096))).putMetadata("key" + i, "v".repeat(1024));
    }

    assertThat(admission.check(job.build())).isEmpty();
  }

  @Test
  void refusesSeventeenPrompts() {
    CaptionJob.Builder job = job();
    for (int i = 0; i < 17; i++) {
      job.addPrompts(question("Why?"));
    }

    refused(job, Reason.PROMPT_TOO_MANY, "prompts: 17 (expected: at most 16)");
  }

  @Test
  void refusesAPromptOf4097Characters() {
    refused(
        job().addPrompts(question("x".repeat(4097))),
        Reason.PROMPT_TOO_LONG,
        "prompt: 4097 characters (expected: at most 4096)");
  }

  @Test
  void refusesABlankQuestion() {
    refused(
        job().addPrompts(question(" ")),
        Reason.PROMPT_MISSING,
        "prompt: blank (expected: some text)");
  }

  @Test
  void refusesAnUnknownModelByNamingTheKnownOnes() {
    refused(job().setModel("gpt"), Reason.MODEL_UNKNOWN, "model: 'gpt' (expected: tiny-blip2)");
  }

  @Test
  void refusesMoreTokensThanTheModelHas() {
    refused(
        job().setGeneration(Generation.newBuilder().setMaxNewTokens(33)),
        Reason.GENERATION_TOO_LONG,
        "max_new_tokens: 33 (expected: 1 to 32)");
  }

  @Test
  void refusesSeventeenPairsOfMetadata() {
    CaptionJob.Builder job = job();
    for (int i = 0; i < 17; i++) {
      job.putMetadata("key" + i, "");
    }

    refused(job, Reason.REQUEST_INVALID, "metadata: 17 pairs (expected: at most 16)");
  }

  @Test
  void refusesLongMetadata() {
    refused(
        job().putMetadata("note", "x".repeat(1025)),
        Reason.REQUEST_INVALID,
        "metadata 'note': 1025 characters (expected: at most 1024)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.png",
        "//host/a.png",
        "http:///a.png",
        "ftp://host/a",
        "http://a b/",
        "https://u:p@h/",
        "https://h.example./",
        "https://h:0/",
        "https://h:65536/",
        "https://h:99999999999/",
        "https://h/\u00e4",
        "https://b\u00fccher.example/",
        "https://h/%a",
        "http://h/\n"
      })
  void refusesWhatIsNoWebAddress(String url) {
    CaptionJob job = job().setImage(ImageReference.newBuilder().setUrl(url)).build();

    assertThat(admission.check(job))
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_INVALID);
              assertThat(refusal.message()).startsWith("image.url: '" + ShownText.of(url) + "'");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h",
        "HTTPS://h.example:65535/a?b=%20#c",
        "https://h:/",
        "https://[2001:db8::1]:8080/a",
        "https://8.8.8.8/a?b=c"
      })
  void admitsWebAddresses(String url) {
    CaptionJob job = job().setImage(ImageReference.newBuilder().setUrl(url)).build();

    assertThat(admission.check(job)).isEmpty();
  }

  @Test
  void refusesHalfASurrogatePairInAnyText() {
    String half = "a\ud83d";

    refused(job().setModel(half), Reason.REQUEST_INVALID, unpaired("model"));
    refused(job().setClientReference(half), Reason.REQUEST_INVALID, unpaired("client_reference"));
    refused(job().putMetadata(half, "a"), Reason.REQUEST_INVALID, unpaired("metadata"));
    refused(job().putMetadata("a", half), Reason.REQUEST_INVALID, unpaired("metadata"));
    refused(
        job().addPrompts(Prompt.newBuilder().setText(half)),
        Reason.REQUEST_INVALID,
        unpaired("prompt"));
  }

  private static String unpaired(String field) {
    return field + ": an unpaired surrogate (expected: Unicode text)";
  }

  @Test
  void countsCharactersAsJsonSchemaDoes() {
    assertThat(admission.check(job().setClientReference("\ud83d\ude00".repeat(1024)).build()))
        .isEmpty();
  }

  @Test
  void timeToLiveEndsAt24Hours() {
    assertThat(admission.checkTimeToLive(Duration.ofHours(24))).isEmpty();
    assertThat(admission.checkTimeToLive(Duration.ofHours(24).plusSeconds(1)))
        .hasValueSatisfying(
            refusal ->
                assertThat(refusal.message())
                    .isEqualTo("deadline_seconds: 86401 (expected: 1 to 86400)"));
    assertThat(admission.checkTimeToLive(Duration.ZERO)).isPresent();
  }

  @Test
  void refusesARecordThatKafkaWouldRefuse() {
    CaptionJob job = job().putMetadata("x", "y".repeat(LIMITS.job().recordBytesMax())).build();

    assertThat(admission.checkRecord(job))
        .hasValueSatisfying(
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_TOO_LARGE));
    assertThat(admission.checkRecord(job().build())).isEmpty();
  }

  private void refused(CaptionJob.Builder job, Reason reason, String message) {
    assertThat(admission.check(job.build())).contains(new Refusal(reason, message));
  }
}
