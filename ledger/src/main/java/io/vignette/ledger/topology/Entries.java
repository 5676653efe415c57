package io.vignette.ledger.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.kafka.LineAllowance;
import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of one partition as the fold remembers them.
 *
 * <p>Not thread-safe; call from the stream thread only. Holds every open job whole, and of an ended
 * one only what recognises its late duplicates, until {@link #forget}.
 */
final class Entries {

  private static final Logger LOG = LoggerFactory.getLogger(Entries.class);

  private static final LineAllowance UNREADABLE_LINES = new LineAllowance();

  private final KeyValueStore<String, byte[]> store;

  Entries(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  @Nullable JobStatus find(String jobId) {
    byte[] bytes = store.get(jobId);
    return bytes == null ? null : parse(bytes);
  }

  void put(JobStatus status) {
    store.put(status.getJobId(), status.toByteArray());
  }

  /**
   * What is kept of a status in memory; its changelog has it whole. Null for what is no status: the
   * changelog is open to whoever has the rights, and one record must not keep all others from being
   * restored.
   */
  static byte @Nullable [] kept(byte[] whole) {
    try {
      JobStatus status = JobStatus.parseFrom(whole);
      JobStatus remembered = remembered(status);
      return remembered == status ? whole : remembered.toByteArray();
    } catch (InvalidProtocolBufferException e) {
      UNREADABLE_LINES
          .ask()
          .ifPresent(
              leftOut ->
                  LOG.warn(
                      "ledger entry passed over: {} bytes (expected: a JobStatus){}",
                      whole.length,
                      LineAllowance.text(leftOut)));
      return null;
    }
  }

  /**
   * Deletes the jobs that ended more than {@code retention} before {@code now}. Looks at every
   * entry: call it minutes apart.
   *
   * @return how many
   */
  int forget(Instant now, Duration retention) {
    long lastSecond = now.minus(retention).getEpochSecond();
    int forgotten = 0;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        JobStatus status = parse(entry.value);
        if (JobState.isTerminal(status) && status.getSince().getSeconds() < lastSecond) {
          store.delete(entry.key);
          forgotten++;
        }
      }
    }
    return forgotten;
  }

  private static JobStatus remembered(JobStatus status) {
    if (!JobState.isTerminal(status)) {
      return status;
    }
    String fingerprint = status.getIdentity().getRequestFingerprint();
    return status.toBuilder()
        .clearResult()
        .setIdentity(JobIdentity.newBuilder().setRequestFingerprint(fingerprint))
        .build();
  }

  private static JobStatus parse(byte[] bytes) {
    try {
      return JobStatus.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "ledger entry: %d bytes (expected: a JobStatus)".formatted(bytes.length), e);
    }
  }
}
