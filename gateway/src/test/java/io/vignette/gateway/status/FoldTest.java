package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Succeeded;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final UUID ID = UUID.randomUUID();

  private final StatusMap map = new StatusMap(1000, 1000);
  private final Fold fold = new Fold(map, new TerminalWatch());

  @Test
  void eventEndsTheJob() {
    fold.snapshot(record("status", 0, Statuses.queued(ID, 100).toByteArray()));

    fold.event(record("events", 9, succeeded()));

    assertThat(map.get(ID).map(JobStatus::getState)).contains(State.SUCCEEDED);
  }

  @Test
  void olderSnapshotTakesNothingBack() {
    JobStatus snapshot = Statuses.queued(ID, 100);
    fold.snapshot(record("status", 0, snapshot.toByteArray()));
    fold.event(record("events", 9, succeeded()));

    fold.snapshot(record("status", 0, snapshot.toByteArray()));

    assertThat(map.get(ID).map(JobStatus::getState)).contains(State.SUCCEEDED);
  }

  @Test
  void whatCannotBeReadIsSkipped() {
    fold.event(record("events", 1, new byte[] {-1, -1}));
    fold.event(new ConsumerRecord<>("events", 0, 2, "no id", succeeded()));
    fold.event(new ConsumerRecord<>("events", 0, 3, null, succeeded()));
    fold.event(record("events", 4, null));

    assertThat(map.size()).isZero();
  }

  private static byte[] succeeded() {
    return JobEvent.newBuilder()
        .setJobId(ID.toString())
        .setAttempt(1)
        .setAt(Statuses.at(5))
        .setSucceeded(Succeeded.getDefaultInstance())
        .build()
        .toByteArray();
  }

  private static ConsumerRecord<String, byte[]> record(String topic, long offset, byte[] value) {
    return new ConsumerRecord<>(topic, 0, offset, ID.toString(), value);
  }
}
