package io.vignette.standalone.output;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written down about one picture.
 *
 * <p>Nothing in it depends on the run (no times, no batch), so that an interrupted and resumed run
 * ends with the same file as an uninterrupted one.
 *
 * @param caption null when only questions were asked, or on an error
 * @param confidence of the caption, 0 to 1, three decimals; null without a caption, and where the
 *     model's server does not tell it
 * @param lowConfidence whether the model is known to be guessing when it is that unsure
 * @param answers one a question; null without questions
 * @param error null unless the picture failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"id", "caption", "confidence", "low_confidence", "answers", "error"})
public record CaptionRecord(
    String id,
    @Nullable String caption,
    @Nullable Double confidence,
    @JsonProperty("low_confidence") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean lowConfidence,
    @Nullable List<QuestionAnswer> answers,
    @Nullable RecordError error) {

  /** An answer to one question about the picture. */
  @JsonPropertyOrder({"question", "answer", "confidence", "low_confidence"})
  public record QuestionAnswer(
      String question,
      String answer,
      @Nullable @JsonInclude(JsonInclude.Include.NON_NULL) Double confidence,
      @JsonProperty("low_confidence") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
          boolean lowConfidence) {}

  /** Why the picture has no caption: a reason code of docs/errors.md and a sentence. */
  @JsonPropertyOrder({"code", "message"})
  public record RecordError(String code, String message) {}

  /** The record of a picture that failed. */
  public static CaptionRecord failed(String id, String code, String message) {
    return new CaptionRecord(id, null, null, false, null, new RecordError(code, message));
  }

  @JsonIgnore
  public boolean isFailed() {
    return error != null;
  }

  /** Whether the caption or one of the answers is marked as a guess. */
  @JsonIgnore
  public boolean isUnsure() {
    return lowConfidence
        || (answers != null && answers.stream().anyMatch(QuestionAnswer::lowConfidence));
  }
}
