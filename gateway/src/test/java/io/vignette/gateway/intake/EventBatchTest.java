package io.vignette.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EventBatchTest {
  private static final TopicPartition LEFT = new TopicPartition("events", 0);
  private static final TopicPartition RIGHT = new TopicPartition("events", 1);

  @Test
  void offsetsAreReadyUpToTheFirstUndoneOfAPartition() {
    CompletableFuture<Void> slow = new CompletableFuture<>();
    EventBatch batch =
        new EventBatch(
            new ConsumerRecords<>(Map.of(LEFT, records(LEFT), RIGHT, records(RIGHT)), Map.of()),
            record ->
                record.partition() == 0 && record.offset() == 11
                    ? slow
                    : CompletableFuture.completedFuture(null));

    assertThat(batch.all()).isNotCompleted();
    assertThat(batch.commitReady().get(LEFT).offset()).isEqualTo(11);
    assertThat(batch.commitReady().get(RIGHT).offset()).isEqualTo(13);

    slow.complete(null);
    assertThat(batch.all()).isCompleted();
    assertThat(batch.commitReady().get(LEFT).offset()).isEqualTo(13);
  }

  @Test
  void nothingIsReadyBeforeTheFirstIsDone() {
    EventBatch batch =
        new EventBatch(
            new ConsumerRecords<>(Map.of(LEFT, records(LEFT)), Map.of()),
            record ->
                record.offset() == 10
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(null));

    assertThat(batch.commitReady()).isEmpty();
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition) {
    return IntStream.range(10, 13)
        .mapToObj(
            offset ->
                new ConsumerRecord<byte[], byte[]>(
                    partition.topic(), partition.partition(), offset, null, new byte[0]))
        .toList();
  }
}
