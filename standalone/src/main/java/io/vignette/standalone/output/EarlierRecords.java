package io.vignette.standalone.output;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What earlier runs finished, for {@code --skip-existing}: the successful records of an existing
 * output and of the journal of an interrupted run.
 */
public final class EarlierRecords {

  private EarlierRecords() {}

  /**
   * Finds them, adding to the journal those that only the output has, so that afterwards each lies
   * in the journal.
   *
   * @param wanted which of the successful records count
   * @return positions in the journal, by id
   */
  public static Map<String, Long> positions(
      OutputFile output, Journal journal, Predicate<CaptionRecord> wanted) throws OutputException {
    Map<String, Long> positions = new HashMap<>();
    journal.forEach(
        (record, position) -> {
          if (!record.isFailed() && wanted.test(record)) {
            positions.put(record.id(), position);
          }
        });
    output.forEachExisting(
        record -> {
          if (!record.isFailed() && wanted.test(record) && !positions.containsKey(record.id())) {
            positions.put(record.id(), journal.add(record));
          }
        });
    return positions;
  }
}
