package io.vignette.records;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CaptionResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of the results topic: what is read can be shown, and written as JSON. Stateless.
 */
public final class CaptionResultReader {
  private CaptionResultReader() {}

  /**
   * The result in a record; what no result can hold is replaced or left out, as in events.
   *
   * @param value null where somebody deleted the key, which no part of Vignette does
   * @throws UnreadableRecordException if it is none
   */
  public static CaptionResult read(byte @Nullable [] value) throws UnreadableRecordException {
    if (value == null) {
      throw new UnreadableRecordException("result: no value (expected: a CaptionResult)");
    }
    try {
      return repaired(CaptionResult.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRecordException(
          "result: %d bytes (expected: a CaptionResult)".formatted(value.length), e);
    }
  }

  static CaptionResult repaired(CaptionResult told) {
    CaptionResult.Builder result =
        told.toBuilder()
            .clearAnswers()
            .addAllAnswers(ResultRepair.answers(told.getAnswersList()))
            .setModelVersion(ResultRepair.name(told.getModelVersion()))
            .setWorker(ResultRepair.name(told.getWorker()))
            .setAttempt(ResultRepair.count(told.getAttempt()))
            .setBatchSize(ResultRepair.count(told.getBatchSize()));
    if (told.hasTimings()) {
      result.setTimings(ResultRepair.timings(told.getTimings()));
    }
    if (told.hasError()) {
      result.setError(ResultRepair.error(told.getError()));
    }
    if (!WireTime.isValid(told.getSubmittedAt())) {
      result.clearSubmittedAt();
    }
    if (!WireTime.isValid(told.getFinishedAt())) {
      result.clearFinishedAt();
    }
    return result.build();
  }
}
