package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** What is put is what Streams restores from the changelog. */
class EntryStoreTest {
  private static final Bytes KEY = Bytes.wrap(new byte[] {1});

  private final KeyValueStore<Bytes, byte[]> store =
      EntryStore.supplier("jobs", Entries::kept).get();

  @Test
  void anOpenJobIsKeptWhole() {
    byte[] open = status(State.QUEUED).toByteArray();
    store.put(KEY, open);
    assertThat(store.get(KEY)).isEqualTo(open);
  }

  @Test
  void ofAnEndedOneTheResultIsNotKept() throws Exception {
    store.put(KEY, status(State.SUCCEEDED).toByteArray());
    assertThat(JobStatus.parseFrom(store.get(KEY)).hasResult()).isFalse();
  }

  @Test
  void whatIsNoStatusIsPassedOver() {
    store.put(KEY, status(State.QUEUED).toByteArray());
    store.put(KEY, new byte[] {-1, -1, -1});
    assertThat(store.get(KEY)).isEqualTo(status(State.QUEUED).toByteArray());
  }

  @Test
  void aDeletedOneIsGone() {
    store.put(KEY, status(State.QUEUED).toByteArray());
    store.put(KEY, null);
    assertThat(store.get(KEY)).isNull();
  }

  private static JobStatus status(State state) {
    return JobStatus.newBuilder()
        .setJobId("job-1")
        .setState(state)
        .setResult(CaptionResult.newBuilder().setJobId("job-1"))
        .build();
  }
}
