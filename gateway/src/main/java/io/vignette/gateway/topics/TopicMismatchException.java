package io.vignette.gateway.topics;

/**
 * An existing topic that the system cannot work with. For the operator: the message names the
 * topic, what was found and what was expected.
 */
public final class TopicMismatchException extends Exception {
  TopicMismatchException(String topic, int found, int expected) {
    super(
        "topic %s: %d partitions (expected: %d; change vignette.topics or make the topic anew)"
            .formatted(topic, found, expected));
  }
}
