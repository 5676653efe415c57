package io.vignette.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DelayLineTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final DelayLine line = new DelayLine();

  @Test
  void emptyLineHasNothingDue() {
    assertThat(line.isEmpty()).isTrue();
    assertThat(line.nextDue()).isEmpty();
    assertThat(line.due(NOW)).isEmpty();
  }

  @Test
  void recordIsDueFromItsInstantOn() {
    line.add(record(0, NOW));

    assertThat(line.due(NOW.minusMillis(1))).isEmpty();
    assertThat(line.due(NOW)).hasSize(1);
  }

  @Test
  void recordsBehindOneThatIsNotDueWait() {
    line.add(record(0, NOW));
    line.add(record(1, NOW.plusSeconds(1)));
    line.add(record(2, NOW));

    assertThat(line.due(NOW)).extracting(each -> each.source().offset()).containsExactly(0L);
    assertThat(line.nextDue()).contains(NOW);
  }

  @Test
  void dueRecordsStayUntilMoved() {
    line.add(record(0, NOW));
    line.add(record(1, NOW));

    assertThat(line.due(NOW)).isEqualTo(line.due(NOW)).hasSize(2);
    line.due(NOW).forEach(line::moved);
    assertThat(line.settle()).hasValue(2);

    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void aRecordThatHasNotMovedHoldsBackTheOffsetOnly() {
    line.add(record(0, NOW));
    line.add(record(1, NOW));
    line.add(record(2, NOW));

    line.moved(line.due(NOW).get(1));

    assertThat(line.settle()).isEmpty();
    assertThat(line.due(NOW)).extracting(each -> each.source().offset()).containsExactly(0L, 2L);
    line.moved(line.due(NOW).getFirst());
    assertThat(line.settle()).hasValue(2);
    assertThat(line.due(NOW)).extracting(each -> each.source().offset()).containsExactly(2L);
  }

  private static DelayedRecord record(long offset, Instant due) {
    return new DelayedRecord(
        new ConsumerRecord<>("delay", 0, offset, "key", new byte[0]), "target", due, Map.of());
  }
}
