package io.vignette.standalone.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What earlier runs wrote, for {@code --skip-existing}: the records of an existing output and the
 * successful ones of the journal of an interrupted run, where both have a picture the journal's.
 *
 * <p>Of this run's pictures only those count that need not be done again. The records of other
 * pictures stay as they are and come first in the output, in their earlier order: another folder's
 * run destroys nothing.
 */
public final class EarlierRecords {

  private final Journal journal;
  private final Set<String> ids;
  private final Predicate<CaptionRecord> wanted;
  private final Map<String, Long> positions = new LinkedHashMap<>();
  private final Set<String> questions = new LinkedHashSet<>();

  private EarlierRecords(Journal journal, Set<String> ids, Predicate<CaptionRecord> wanted) {
    this.journal = journal;
    this.ids = Set.copyOf(ids);
    this.wanted = wanted;
  }

  /** For a run that begins anew. */
  public static EarlierRecords none(Journal journal) {
    return new EarlierRecords(journal, Set.of(), record -> false);
  }

  /**
   * Finds them, adding to the journal those that only the output has, so that afterwards each lies
   * in the journal.
   *
   * @param ids of this run's pictures
   * @param wanted which successful records of this run's pictures count
   */
  public static EarlierRecords read(
      OutputFile output, Journal journal, Set<String> ids, Predicate<CaptionRecord> wanted)
      throws OutputException {
    EarlierRecords earlier = new EarlierRecords(journal, ids, wanted);
    earlier.read(output);
    return earlier;
  }

  private void read(OutputFile output) throws OutputException {
    Map<String, Long> inJournal = new LinkedHashMap<>();
    journal.forEach(
        (record, position) -> {
          if (!record.isFailed() && counts(record)) {
            note(record);
            inJournal.put(record.id(), position);
          }
        });
    output.forEachExisting(
        record -> {
          Long position = inJournal.remove(record.id());
          if (position != null) {
            positions.put(record.id(), position);
          } else if (!positions.containsKey(record.id()) && counts(record)) {
            note(record);
            positions.put(record.id(), journal.add(record));
          }
        });
    positions.putAll(inJournal);
  }

  private boolean counts(CaptionRecord record) {
    return isOther(record.id()) || (!record.isFailed() && wanted.test(record));
  }

  private boolean isOther(String id) {
    return !ids.contains(id);
  }

  private void note(CaptionRecord record) {
    if (isOther(record.id()) && record.answers() != null) {
      record.answers().forEach(answer -> questions.add(answer.question()));
    }
  }

  /** Positions in the journal, by id. */
  public Map<String, Long> positions() {
    return positions;
  }

  /** Gives out the records of pictures that are not this run's, in their earlier order. */
  public void forEachOther(RecordSink sink) throws OutputException {
    for (Map.Entry<String, Long> record : positions.entrySet()) {
      if (isOther(record.getKey())) {
        sink.accept(journal.read(record.getValue()));
      }
    }
  }

  /** The questions that are asked now, and then those that only other pictures' records answer. */
  public List<String> questionsWith(List<String> asked) {
    Set<String> all = new LinkedHashSet<>(asked);
    all.addAll(questions);
    return new ArrayList<>(all);
  }
}
