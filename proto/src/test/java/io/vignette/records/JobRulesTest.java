package io.vignette.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRulesTest {
  private final JobRules rules = new JobRules(JobLimits.defaults());

  @Test
  void anEmptyJobKeepsTheRules() {
    assertThat(rules.check(CaptionJob.getDefaultInstance())).isEmpty();
  }

  @Test
  void aPriorityWithoutANameIsUnreadable() {
    refused(
        job().setPriorityValue(77),
        Reason.JOB_UNREADABLE,
        "priority: 77 (expected: 1 (INTERACTIVE) or 2 (BULK))");
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 0",
    "-9223372036854775808, 0",
    "253402300800, 0",
    "-62135596801, 0",
    "0, -1",
    "0, 1000000000"
  })
  void whatIsNoTimeIsUnreadable(long seconds, int nanos) {
    Timestamp at = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();

    refused(
        job().setDeadline(at),
        Reason.JOB_UNREADABLE,
        "deadline: %d s and %d ns (expected: a time from the year 1 to the year 9999)"
            .formatted(seconds, nanos));
    assertThat(rules.check(job().setSubmittedAt(at).build())).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"253402300799, 999999999", "-62135596800, 0"})
  void theFirstAndTheLastTimeAreTimes(long seconds, int nanos) {
    Timestamp at = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();

    assertThat(rules.check(job().setDeadline(at).setSubmittedAt(at).build())).isEmpty();
  }

  @Test
  void fiveThousandPromptsAreTooMany() {
    CaptionJob.Builder job = job();
    IntStream.range(0, 5_000).forEach(i -> job.addPrompts(Prompt.newBuilder().setText("?")));

    refused(job, Reason.PROMPT_TOO_MANY, "prompts: 5000 (expected: at most 16)");
  }

  @Test
  void twentyThousandPairsOfMetadataAreTooMany() {
    CaptionJob.Builder job = job();
    IntStream.range(0, 20_000).forEach(i -> job.putMetadata("k" + i, ""));

    refused(job, Reason.REQUEST_INVALID, "metadata: 20000 pairs (expected: at most 16)");
  }

  @Test
  void textsThatNameTheJobAreBounded() {
    String long1 = "x".repeat(1025);

    refused(
        job().setClientReference(long1),
        Reason.REQUEST_INVALID,
        "client_reference: 1025 characters (expected: at most 1024)");
    assertThat(rules.check(job().setTenant(long1).build())).isPresent();
    assertThat(rules.check(job().setBatchId(long1).build())).isPresent();
    assertThat(rules.check(job().setRequestFingerprint(long1).build())).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com:70000/a.png",
        "http://example.com:65536/",
        "https://example.com:0/",
        "http://example.com:2147483648/",
        "http://example.com:-1/",
        "ftp://example.com/",
        "http:///a.png",
        "http://user@example.com/"
      })
  void addressesThatNobodyCanFetchAreRefused(String url) {
    assertThat(rules.check(job().setImage(ImageReference.newBuilder().setUrl(url)).build()))
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_INVALID);
              assertThat(refusal.message()).startsWith("image.url: '" + url + "' (expected: ");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://example.com:65535/", "https://example.com:1/a", "http://[::1]:80/"})
  void possiblePortsAreTaken(String url) {
    assertThat(rules.check(job().setImage(ImageReference.newBuilder().setUrl(url)).build()))
        .isEmpty();
  }

  private static CaptionJob.Builder job() {
    return CaptionJob.newBuilder();
  }

  private void refused(CaptionJob.Builder job, Reason reason, String message) {
    assertThat(rules.check(job.build())).contains(new Refusal(reason, message));
  }
}
