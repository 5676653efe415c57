package io.vignette.standalone.output;

import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import io.vignette.standalone.output.CaptionRecord.RecordError;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds texts that are missing or no Unicode: JSON can write half a surrogate pair, which UTF-8
 * can't.
 */
final class Texts {

  private Texts() {}

  /** JSON may say null for a record, and leave out its id. */
  static boolean isNamed(@Nullable CaptionRecord record) {
    return record != null && record.id() != null;
  }

  static boolean areWritable(CaptionRecord record) {
    RecordError error = record.error();
    return isWritable(record.id())
        && isWritable(record.caption())
        && (error == null || (isWritable(error.code()) && isWritable(error.message())))
        && (record.answers() == null
            || record.answers().stream().allMatch(Texts::isAnswerWritable));
  }

  private static boolean isAnswerWritable(QuestionAnswer answer) {
    return isWritable(answer.question()) && isWritable(answer.answer());
  }

  private static boolean isWritable(@Nullable String text) {
    return text == null || StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
