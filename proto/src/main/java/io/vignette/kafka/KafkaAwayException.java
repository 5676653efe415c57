package io.vignette.kafka;

/** Kafka is known to be away. For the client: try again later. */
public final class KafkaAwayException extends RuntimeException {
  private final boolean begun;

  private KafkaAwayException(String message, boolean begun) {
    super(message);
    this.begun = begun;
  }

  static KafkaAwayException notBegun() {
    return new KafkaAwayException("kafka: no answer (expected: one within 5 s); not asked", false);
  }

  static KafkaAwayException begun() {
    return new KafkaAwayException("kafka: no answer (expected: one within 5 s)", true);
  }

  /** Whether Kafka was asked before, so that what it was asked for may be done all the same. */
  public boolean isBegun() {
    return begun;
  }
}
