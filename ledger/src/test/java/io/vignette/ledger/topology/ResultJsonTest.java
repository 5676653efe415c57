package io.vignette.ledger.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.Prompt;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Timings;
import org.junit.jupiter.api.Test;

class ResultJsonTest {
  private static final CaptionResult RESULT =
      CaptionResult.newBuilder()
          .setJobId("0198c0de-0000-7000-8000-000000000001")
          .setTenant("acme")
          .setState(State.SUCCEEDED)
          .addAnswers(
              Answer.newBuilder()
                  .setPrompt(Prompt.newBuilder().setKind(Prompt.Kind.QUESTION).setText("a<b?"))
                  .setText("grün \"😀\"")
                  .setFinishReason(Answer.FinishReason.STOP)
                  .setConfidence(0.5))
          .setTimings(Timings.newBuilder().setTotalUs(1234))
          .putMetadata("album", "cats")
          .setFinishedAt(Timestamp.newBuilder().setSeconds(1_800_000_000L).setNanos(5_000_000))
          .build();

  private final ResultJson json = new ResultJson();

  @Test
  void namesAreThoseOfTheProtoFileAndNumbersOf64BitsAreTexts() {
    assertThat(text(RESULT))
        .isEqualTo(
            """
            {"job_id":"0198c0de-0000-7000-8000-000000000001","tenant":"acme","state":"SUCCEEDED",\
            "answers":[{"prompt":{"kind":"QUESTION","text":"a\\u003cb?"},\
            "text":"grün \\"😀\\"","finish_reason":"STOP","confidence":0.5}],\
            "timings":{"total_us":"1234"},"metadata":{"album":"cats"},\
            "finished_at":"2027-01-15T08:00:00.005Z"}\
            """);
  }

  @Test
  void readAgainItIsTheResult() throws InvalidProtocolBufferException {
    assertThat(read(RESULT)).isEqualTo(RESULT);
  }

  @Test
  void whatWouldNotFitIntoARecordComesWithoutItsTexts() throws InvalidProtocolBufferException {
    CaptionResult full =
        RESULT.toBuilder()
            .setAnswers(0, Answer.newBuilder().setText("\u0001".repeat(ResultJson.MAX_BYTES / 6)))
            .build();

    CaptionResult mirrored = read(full);

    assertThat(mirrored.getJobId()).isEqualTo(RESULT.getJobId());
    assertThat(mirrored.getState()).isEqualTo(State.SUCCEEDED);
    assertThat(mirrored.getFinishedAt()).isEqualTo(RESULT.getFinishedAt());
    assertThat(mirrored.getAnswersList()).isEmpty();
    assertThat(json.write(full.toBuilder().setJobId("\u0001".repeat(ResultJson.MAX_BYTES)).build()))
        .hasSizeLessThan(ResultJson.MAX_BYTES);
  }

  @Test
  void timesThatJsonHasNoWordsForAreLeftOut() throws InvalidProtocolBufferException {
    Timestamp never = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();

    CaptionResult mirrored =
        read(RESULT.toBuilder().setSubmittedAt(never).setFinishedAt(never).build());

    assertThat(mirrored).isEqualTo(RESULT.toBuilder().clearFinishedAt().build());
  }

  private CaptionResult read(CaptionResult result) throws InvalidProtocolBufferException {
    CaptionResult.Builder read = CaptionResult.newBuilder();
    JsonFormat.parser().merge(text(result), read);
    return read.build();
  }

  private String text(CaptionResult result) {
    return new String(json.write(result), UTF_8);
  }
}
