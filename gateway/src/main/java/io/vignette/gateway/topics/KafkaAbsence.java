package io.vignette.gateway.topics;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Tells failures that pass when Kafka can be reached from those that stay. */
public final class KafkaAbsence {
  /** What a client says that is made before any of Kafka's names can be resolved. */
  private static final String UNRESOLVED = "No resolvable bootstrap urls";

  private KafkaAbsence() {}

  /** What is absent, where that explains what a client threw or failed a future with. */
  public static Optional<String> explaining(@Nullable Throwable failure) {
    if (failure instanceof RetriableException) {
      return Optional.of(String.valueOf(failure.getMessage()));
    }
    return failure instanceof KafkaException && failure.getCause() instanceof ConfigException cause
        ? Optional.of(String.valueOf(cause.getMessage())).filter(KafkaAbsence::isOfNames)
        : Optional.empty();
  }

  /** With another text it is a setting that is wrong, and stays so. */
  private static boolean isOfNames(String message) {
    return message.startsWith(UNRESOLVED);
  }
}
