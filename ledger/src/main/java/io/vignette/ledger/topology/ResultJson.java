package io.vignette.ledger.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.vignette.kafka.LineAllowance;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.records.JobEventReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results as JSON: Protobuf's own mapping, with the names of the .proto files.
 *
 * <p>Thread-safe. What it writes fits into a record: JSON may take six bytes for one of Protobuf's,
 * and a record that Kafka refuses would stop the ledger. A result that would not fit comes without
 * its texts; nothing that a gateway with the usual limits lets in gets near it, except prompts full
 * of characters that JSON or HTML escape.
 */
final class ResultJson {

  /** Kafka's usual 1 MiB, less key and headers, which come from one event. */
  static final int MAX_BYTES = 1_000_000 - JobEventReader.EVENT_BYTES_MAX;

  private static final int MAX_JOB_ID = 100;

  private static final Logger LOG = LoggerFactory.getLogger(ResultJson.class);

  private static final LineAllowance LINES = new LineAllowance();

  private final JsonFormat.Printer printer =
      JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();

  byte[] write(CaptionResult result) {
    byte[] whole = print(withValidTimes(result));
    if (whole.length <= MAX_BYTES) {
      return whole;
    }
    CaptionResult bare = withoutTexts(result);
    LINES
        .ask()
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "result as JSON without its texts: jobId={} error={} bytes (expected: at most"
                        + " {}){}",
                    bare.getJobId(),
                    whole.length,
                    MAX_BYTES,
                    LineAllowance.text(leftOut)));
    return print(withValidTimes(bare));
  }

  /** JSON has no times before the year 1 and after 9999, which Protobuf would carry. */
  private static CaptionResult withValidTimes(CaptionResult result) {
    CaptionResult.Builder valid = result.toBuilder();
    if (!Timestamps.isValid(result.getSubmittedAt())) {
      valid.clearSubmittedAt();
    }
    if (!Timestamps.isValid(result.getFinishedAt())) {
      valid.clearFinishedAt();
    }
    return valid.build();
  }

  private static CaptionResult withoutTexts(CaptionResult result) {
    CaptionResult.Builder bare =
        CaptionResult.newBuilder()
            .setState(result.getState())
            .setAttempt(result.getAttempt())
            .setFinishedAt(result.getFinishedAt());
    if (result.getJobId().length() <= MAX_JOB_ID) {
      bare.setJobId(result.getJobId());
    }
    return bare.build();
  }

  private byte[] print(CaptionResult result) {
    try {
      return printer.print(result).getBytes(UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "result of job %s: no JSON (expected: no Any in it)".formatted(result.getJobId()), e);
    }
  }
}
