package io.vignette.records;

import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Failed;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.Origin;
import io.vignette.proto.v1.Prompt;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.proto.v1.Timings;
import io.vignette.wire.Reason;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is left of the parts of a result that hold what no worker measures. Stateless.
 *
 * <p>Each method returns its argument itself where nothing is wrong with it. Confidences that are
 * not from 0 to 1 are left out, so are positions that are none; other impossible numbers become 0;
 * values of an enum that this version does not know become unspecified; a code that does not have
 * the form of one becomes {@code internal}. A code of that form is kept though this version does
 * not know it: a newer worker may have stated it.
 */
final class ResultRepair {
  /** A name of a worker, a model's version; the table keeps each of them once, for ever. */
  private static final int NAME_CHARACTERS_MAX = 1024;

  /** Kafka's own limit. */
  private static final int TOPIC_CHARACTERS_MAX = 249;

  /** 31 years; more than that only overflows sums. */
  private static final long MICROS_MAX = 1_000_000_000_000_000L;

  /** Kafka would write for 285 years to get there, a million records a second. */
  private static final long OFFSET_MAX = 1L << 53;

  /** Sums of a million times as much are exact; no image of ours is nearly as large. */
  private static final long IMAGE_BYTES_MAX = 1L << 30;

  private static final int CODE_CHARACTERS_MAX = 64;
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*");

  private ResultRepair() {}

  static Submitted submitted(Submitted told) {
    boolean isPosition = isPosition(told.getTopic(), told.getPartition(), told.getOffset());
    if (!isPosition) {
      return Submitted.getDefaultInstance();
    }
    boolean isSize = told.getImageBytes() >= 0 && told.getImageBytes() <= IMAGE_BYTES_MAX;
    return isSize ? told : told.toBuilder().clearImageBytes().build();
  }

  static Succeeded succeeded(Succeeded told) {
    List<Answer> answers = answers(told.getAnswersList());
    Timings timings = timings(told.getTimings());
    boolean isSame =
        answers == told.getAnswersList()
            && timings == told.getTimings()
            && told.getBatchSize() >= 0
            && isName(told.getWorker())
            && isName(told.getModelVersion());
    return isSame
        ? told
        : told.toBuilder()
            .clearAnswers()
            .addAllAnswers(answers)
            .setTimings(timings)
            .setBatchSize(count(told.getBatchSize()))
            .setWorker(name(told.getWorker()))
            .setModelVersion(name(told.getModelVersion()))
            .build();
  }

  static Failed failed(Failed told) {
    JobError error = error(told.getError());
    Timings timings = timings(told.getTimings());
    Origin origin = origin(told.getOrigin());
    boolean isSame =
        error == told.getError()
            && timings == told.getTimings()
            && origin == told.getOrigin()
            && isName(told.getWorker());
    return isSame
        ? told
        : told.toBuilder()
            .setError(error)
            .setTimings(timings)
            .setOrigin(origin)
            .setWorker(name(told.getWorker()))
            .build();
  }

  static List<Answer> answers(List<Answer> told) {
    for (Answer answer : told) {
      if (answer(answer) != answer) {
        return told.stream().map(ResultRepair::answer).toList();
      }
    }
    return told;
  }

  private static Answer answer(Answer told) {
    boolean isSame =
        (!told.hasConfidence() || isConfidence(told.getConfidence()))
            && told.getPromptTokens() >= 0
            && told.getOutputTokens() >= 0
            && told.getFinishReason() != Answer.FinishReason.UNRECOGNIZED
            && told.getPrompt().getKind() != Prompt.Kind.UNRECOGNIZED;
    return isSame ? told : repaired(told);
  }

  private static Answer repaired(Answer told) {
    Answer.Builder answer =
        told.toBuilder()
            .setPromptTokens(count(told.getPromptTokens()))
            .setOutputTokens(count(told.getOutputTokens()));
    if (!isConfidence(told.getConfidence())) {
      answer.clearConfidence();
    }
    if (told.getFinishReason() == Answer.FinishReason.UNRECOGNIZED) {
      answer.clearFinishReason();
    }
    if (told.getPrompt().getKind() == Prompt.Kind.UNRECOGNIZED) {
      answer.getPromptBuilder().clearKind();
    }
    return answer.build();
  }

  /** False for NaN. */
  private static boolean isConfidence(double confidence) {
    return confidence >= 0 && confidence <= 1;
  }

  static Timings timings(Timings told) {
    boolean isSame =
        isMicros(told.getQueueUs())
            && isMicros(told.getFetchUs())
            && isMicros(told.getDecodeUs())
            && isMicros(told.getResizeUs())
            && isMicros(told.getBatchWaitUs())
            && isMicros(told.getInferUs())
            && isMicros(told.getTotalUs());
    return isSame
        ? told
        : Timings.newBuilder()
            .setQueueUs(micros(told.getQueueUs()))
            .setFetchUs(micros(told.getFetchUs()))
            .setDecodeUs(micros(told.getDecodeUs()))
            .setResizeUs(micros(told.getResizeUs()))
            .setBatchWaitUs(micros(told.getBatchWaitUs()))
            .setInferUs(micros(told.getInferUs()))
            .setTotalUs(micros(told.getTotalUs()))
            .build();
  }

  static JobError error(JobError told) {
    return isCode(told.getCode())
        ? told
        : told.toBuilder()
            .setCode(Reason.INTERNAL.code())
            .setMessage(
                "reason: '%s' (expected: a reason code), %s"
                    .formatted(
                        ShownText.of(told.getCode()),
                        told.getMessage().isEmpty() ? "without a message" : told.getMessage()))
            .build();
  }

  private static boolean isCode(String code) {
    return code.length() <= CODE_CHARACTERS_MAX && CODE.matcher(code).matches();
  }

  private static Origin origin(Origin told) {
    boolean isPosition =
        isPosition(told.getTopic(), told.getPartition(), told.getOffset())
            && told.getDeliveryCount() >= 0;
    return isPosition ? told : Origin.getDefaultInstance();
  }

  private static boolean isPosition(String topic, int partition, long offset) {
    return topic.length() <= TOPIC_CHARACTERS_MAX
        && partition >= 0
        && offset >= 0
        && offset <= OFFSET_MAX;
  }

  static String name(String told) {
    return isName(told) ? told : "";
  }

  private static boolean isName(String told) {
    return told.length() <= NAME_CHARACTERS_MAX;
  }

  static int count(int told) {
    return Math.max(0, told);
  }

  private static boolean isMicros(long told) {
    return told >= 0 && told <= MICROS_MAX;
  }

  private static long micros(long told) {
    return isMicros(told) ? told : 0;
  }
}
