package io.vignette.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DelayedRecordTest {

  @Test
  void readsTargetAndInstantAndKeepsTheRest() {
    DelayedRecord delayed =
        read(
            Map.of(
                Headers.TARGET,
                "a.topic",
                Headers.NOT_BEFORE,
                "1700000000123",
                Headers.ATTEMPT,
                "2"));

    assertThat(delayed.target()).isEqualTo("a.topic");
    assertThat(delayed.dueAt()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
    assertThat(delayed.headers()).containsExactly(Map.entry(Headers.ATTEMPT, "2"));
  }

  @Test
  void recordWithoutHeadersGoesToTheFallbackAtOnce() {
    DelayedRecord delayed = read(Map.of());

    assertThat(delayed.target()).isEqualTo("fallback");
    assertThat(delayed.dueAt()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void nonsenseInstantIsDueAtOnce() {
    assertThat(read(Map.of(Headers.NOT_BEFORE, "-1")).dueAt()).isEqualTo(Instant.EPOCH);
    assertThat(read(Map.of(Headers.NOT_BEFORE, "9999999999999999")).dueAt())
        .isEqualTo(Instant.EPOCH);
  }

  @Test
  void noRecordIsDueLaterThanAllOfItsTopic() {
    Instant latest = Instant.ofEpochMilli(1_700_000_000_000L);

    assertThat(read(Map.of(Headers.NOT_BEFORE, "999999999999999")).dueBy(latest).dueAt())
        .isEqualTo(latest);
    assertThat(read(Map.of(Headers.NOT_BEFORE, "1600000000000")).dueBy(latest).dueAt())
        .isEqualTo(Instant.ofEpochMilli(1_600_000_000_000L));
  }

  private static DelayedRecord read(Map<String, String> headers) {
    ConsumerRecord<String, byte[]> source = new ConsumerRecord<>("delay", 0, 0, "key", new byte[0]);
    headers.forEach(
        (name, value) -> source.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return DelayedRecord.of(source, "fallback");
  }
}
