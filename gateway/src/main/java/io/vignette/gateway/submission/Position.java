package io.vignette.gateway.submission;

/**
 * Where a record is on Kafka.
 *
 * @param offset negative where Kafka has confirmed the record without saying where it is, as it
 *     does for a repeated send whose first confirmation was lost and is no longer remembered
 */
public record Position(String topic, int partition, long offset) {

  boolean hasOffset() {
    return offset >= 0;
  }
}
