package io.vignette.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A job as clients see it. Absent fields are not known, or not yet. */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Caption", description = "A job. Absent fields are not known, or not yet.")
public record CaptionView(
    @Schema(required = true, format = "uuid", description = "The job's id.") String id,
    @Schema(
            required = true,
            enumeration = {"QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"})
        String state,
    @Schema(description = "Attempt that is running, comes next or was the last; from 1.")
        @Nullable Integer attempt,
    @Schema(description = "The first answer's text.") @Nullable String caption,
    @Schema(description = "One answer per prompt.") @Nullable List<AnswerView> answers,
    @Nullable ErrorView error,
    @Nullable String model,
    @Nullable String modelVersion,
    @Nullable String clientReference,
    @Schema(type = SchemaType.OBJECT, additionalProperties = String.class)
        @Nullable Map<String, String> metadata,
    @Nullable Instant submittedAt,
    @Schema(description = "When the state was entered.") @Nullable Instant since,
    @Schema(description = "Earliest start of the next attempt.") @Nullable Instant notBefore,
    @Nullable Instant deadline,
    @Nullable Instant finishedAt,
    @Nullable TimingsView timings,
    @Schema(description = "Jobs that were inferred together.") @Nullable Integer batchSize,
    @Nullable String worker,
    @Nullable QueueView queue,
    @Schema(required = true) LinksView links) {

  /** Where a waiting job is. */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "Queue",
      description =
          "Where a waiting job is: estimates, at most a few seconds old; jobs may overtake each"
              + " other. Absent where unknown.")
  public record QueueView(
      @Schema(description = "About how many jobs until this one, from 1 = next.", minimum = "1")
          long estimatedPosition,
      @Schema(
              description =
                  "Seconds until its turn at the pace of the last seconds; absent while nothing"
                      + " moves.",
              minimum = "0")
          @Nullable Long estimatedWaitSeconds) {}

  /** An answer to one prompt. */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Answer")
  public record AnswerView(
      @Schema(enumeration = {"caption", "prefix", "question"}) String kind,
      @Schema(description = "The prompt's own text.") @Nullable String prompt,
      String text,
      @Schema(
              description = "stop = the model ended its sentence; length = cut off.",
              enumeration = {"stop", "length"})
          @Nullable String finishReason,
      int promptTokens,
      int outputTokens,
      @Schema(
              description =
                  "exp(mean log-probability of the tokens); absent where the model's server does"
                      + " not tell it.",
              minimum = "0",
              maximum = "1")
          @Nullable Double confidence,
      boolean lowConfidence) {}

  /** Why the job has no answers. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "JobError")
  public record ErrorView(
      @Schema(description = "Stable reason code.") String code,
      String message,
      @Nullable String stage,
      @Schema(description = "Whether the same request may succeed when repeated.")
          boolean retryable) {}

  /** Microseconds by stage; 0 = did not run. */
  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Timings", description = "Microseconds by stage; 0 = the stage did not run.")
  public record TimingsView(
      long queueUs,
      long fetchUs,
      long decodeUs,
      long resizeUs,
      long batchWaitUs,
      long inferUs,
      long totalUs) {}

  /** Where to go from here. */
  @Schema(name = "Links")
  public record LinksView(@Schema(description = "This job.") String self) {}
}
