package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
  private static final TopicIdPartition PARTITION =
      new TopicIdPartition(Uuid.randomUuid(), 0, "jobs");

  private final Acknowledgements acknowledgements = new Acknowledgements();

  private void sent(long offset) {
    acknowledgements.sent(new ConsumerRecord<>("jobs", 0, offset, "id", new byte[0]));
  }

  @Test
  void countsNothingWhereTheBrokerConfirms() {
    sent(1);
    sent(2);

    assertThat(acknowledgements.close(Map.of(PARTITION, Optional.empty()))).isZero();
  }

  @Test
  void countsAPartitionTheAnswerDoesNotName() {
    sent(1);

    assertThat(acknowledgements.close(Map.of())).isEqualTo(1);
  }

  @Test
  void countsAPartitionWithAnError() {
    sent(1);

    assertThat(acknowledgements.close(Map.of(PARTITION, Optional.of(new KafkaException("no")))))
        .isEqualTo(1);
  }

  @Test
  void countsAnEarlierRefusalOnce() {
    sent(1);
    acknowledgements.onComplete(Map.of(PARTITION, Set.of(1L)), new KafkaException("no"));
    sent(2);

    assertThat(acknowledgements.close(Map.of(PARTITION, Optional.empty()))).isEqualTo(1);
  }

  @Test
  void startsAfreshWithEachFetch() {
    sent(1);
    acknowledgements.close(Map.of());

    assertThat(acknowledgements.close(Map.of())).isZero();
  }
}
