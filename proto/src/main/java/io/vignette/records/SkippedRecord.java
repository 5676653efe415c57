package io.vignette.records;

/**
 * A record that a reader passed over because nothing can be made of it.
 *
 * @param problem one sentence: what was found and what was expected
 */
public record SkippedRecord(String topic, int partition, long offset, String problem) {

  /** Where it is and what is wrong with it, in the keys of all log lines. */
  @Override
  public String toString() {
    return "topicName=%s partition=%d offset=%d error=%s"
        .formatted(topic, partition, offset, problem);
  }
}
