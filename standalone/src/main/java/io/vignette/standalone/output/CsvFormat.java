package io.vignette.standalone.output;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table: id, caption, confidence, low_confidence (true or empty), then three columns a question
 * ({@code answer: …}, {@code confidence: …}, {@code low_confidence: …}), then error_code and
 * error_message.
 */
final class CsvFormat implements RecordFormat {

  private static final String ANSWER = "answer: ";
  private static final String CONFIDENCE = "confidence: ";
  private static final String LOW_CONFIDENCE = "low_confidence: ";

  private final CsvMapper mapper = new CsvMapper();

  @Override
  public RecordWriter begin(Writer out, List<String> questions) throws IOException {
    CsvSchema.Builder columns = CsvSchema.builder();
    columns
        .addColumn("id")
        .addColumn("caption")
        .addColumn("confidence")
        .addColumn("low_confidence");
    questions.forEach(
        question ->
            columns
                .addColumn(ANSWER + question)
                .addColumn(CONFIDENCE + question)
                .addColumn(LOW_CONFIDENCE + question));
    columns.addColumn("error_code").addColumn("error_message");
    SequenceWriter rows = mapper.writer(columns.build().withHeader()).writeValues(out);
    return new RecordWriter() {
      @Override
      public void write(CaptionRecord record) throws IOException {
        rows.write(row(record, questions));
      }

      @Override
      public void end() throws IOException {
        rows.flush();
      }
    };
  }

  private static List<String> row(CaptionRecord record, List<String> questions) {
    List<String> cells = new ArrayList<>();
    cells.add(record.id());
    cells.add(record.caption() == null ? "" : record.caption());
    cells.add(text(record.confidence()));
    cells.add(flag(record.lowConfidence()));
    for (String question : questions) {
      QuestionAnswer answer = answerTo(question, record);
      cells.add(answer == null ? "" : answer.answer());
      cells.add(answer == null ? "" : text(answer.confidence()));
      cells.add(flag(answer != null && answer.lowConfidence()));
    }
    cells.add(record.error() == null ? "" : record.error().code());
    cells.add(record.error() == null ? "" : record.error().message());
    return cells;
  }

  private static String text(@Nullable Double confidence) {
    return confidence == null ? "" : confidence.toString();
  }

  private static String flag(boolean value) {
    return value ? "true" : "";
  }

  private static boolean flag(Map<String, String> row, String column) {
    return Boolean.parseBoolean(row.getOrDefault(column, ""));
  }

  private static @Nullable QuestionAnswer answerTo(String question, CaptionRecord record) {
    if (record.answers() == null) {
      return null;
    }
    return record.answers().stream()
        .filter(answer -> answer.question().equals(question))
        .findFirst()
        .orElse(null);
  }

  @Override
  public void read(Reader in, RecordSink sink) throws IOException, OutputException {
    try (MappingIterator<Map<String, String>> rows =
        mapper
            .readerFor(Map.class)
            .with(CsvSchema.emptySchema().withHeader())
            .with(CsvParser.Feature.SKIP_EMPTY_LINES)
            .readValues(in)) {
      while (rows.hasNextValue()) {
        sink.accept(record(rows.nextValue()));
      }
    }
  }

  private static CaptionRecord record(Map<String, String> row) throws IOException {
    String id = row.get("id");
    if (id == null) {
      throw new IOException("column 'id' is missing");
    }
    String code = row.getOrDefault("error_code", "");
    if (!code.isEmpty()) {
      return CaptionRecord.failed(id, code, row.getOrDefault("error_message", ""));
    }
    List<QuestionAnswer> answers = new ArrayList<>();
    for (Map.Entry<String, String> cell : row.entrySet()) {
      if (cell.getKey().startsWith(ANSWER) && !cell.getValue().isEmpty()) {
        String question = cell.getKey().substring(ANSWER.length());
        String confidence = row.getOrDefault(CONFIDENCE + question, "");
        answers.add(
            new QuestionAnswer(
                question,
                cell.getValue(),
                number(confidence),
                flag(row, LOW_CONFIDENCE + question)));
      }
    }
    String caption = row.getOrDefault("caption", "");
    String confidence = row.getOrDefault("confidence", "");
    return new CaptionRecord(
        id,
        caption.isEmpty() ? null : caption,
        number(confidence),
        flag(row, "low_confidence"),
        answers.isEmpty() ? null : answers,
        null);
  }

  private static @Nullable Double number(String text) throws IOException {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IOException("confidence: '" + text + "' (expected: a number)", e);
    }
  }
}
