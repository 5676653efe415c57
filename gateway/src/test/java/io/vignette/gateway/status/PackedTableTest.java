package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PackedTableTest {
  private static final long SEED = 20_260_104;

  private final PackedTable table = new PackedTable();

  @Test
  void whatIsPutIsFoundAndReplaced() {
    UUID id = new UUID(1, 2);
    byte[] first = entry(id, 1);
    byte[] second = entry(id, 2);

    assertThat(table.put(first)).isNull();
    assertThat(table.put(second)).isSameAs(first);

    assertThat(table.get(id)).isSameAs(second);
    assertThat(table.get(new UUID(2, 1))).isNull();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void readersBesideTheWriterFindTheirIdOrNothing() throws Exception {
    AtomicBoolean written = new AtomicBoolean();
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<Integer>> strangers = new ArrayList<>();
      for (int reader = 0; reader < 3; reader++) {
        strangers.add(readers.submit(() -> countStrangers(written)));
      }
      for (int step = 0; step < 60_000; step++) {
        table.put(entry(new UUID(step, step % 700), step));
        if (step % 20_000 == 19_999) {
          table.removeIf(each -> true);
        }
      }
      written.set(true);
      for (Future<Integer> found : strangers) {
        assertThat(found.get(30, TimeUnit.SECONDS)).isZero();
      }
    }
  }

  @Test
  void writersAtOnceLoseNothing() throws Exception {
    int each = 30_000;
    try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
      List<Future<?>> written = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        int number = writer;
        written.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    table.put(entry(new UUID(number, i), i));
                  }
                }));
      }
      for (Future<?> one : written) {
        one.get(30, TimeUnit.SECONDS);
      }
    }

    assertThat(table.size()).isEqualTo(4 * each);
    for (int writer = 0; writer < 4; writer++) {
      for (int i = 0; i < each; i++) {
        assertThat(table.get(new UUID(writer, i))).isNotNull();
      }
    }
  }

  /** How often a look-up gave something that is not the entry of its id. */
  private int countStrangers(AtomicBoolean written) {
    Random random = new Random(SEED);
    int strangers = 0;
    while (!written.get()) {
      int number = random.nextInt(60_000);
      UUID id = new UUID(number, number % 700);
      byte[] found = table.get(id);
      if (found != null && (found.length == 0 || !PackedStatus.id(found).equals(id))) {
        strangers++;
      }
    }
    return strangers;
  }

  @Test
  void agreesWithAMapOfTheJdk() {
    Random random = new Random(SEED);
    Map<UUID, byte[]> expected = new HashMap<>();
    List<UUID> ids = new ArrayList<>();
    for (int step = 0; step < 200_000; step++) {
      UUID id =
          ids.isEmpty() || random.nextInt(4) > 0
              ? new UUID(random.nextInt(), random.nextInt(50_000))
              : ids.get(random.nextInt(ids.size()));
      ids.add(id);
      byte[] packed = entry(id, step);
      expected.put(id, packed);
      table.put(packed);
      if (step % 50_000 == 49_999) {
        long limit = random.nextInt(step);
        table.removeIf(each -> PackedStatus.sinceNanos(each) < limit);
        expected.values().removeIf(each -> PackedStatus.sinceNanos(each) < limit);
      }
    }

    assertThat(table.size()).as("seed %d", SEED).isEqualTo(expected.size());
    assertThat(ids).allSatisfy(id -> assertThat(table.get(id)).isSameAs(expected.get(id)));
    assertThat(table.stream()).containsExactlyInAnyOrderElementsOf(expected.values());
  }

  private static byte[] entry(UUID id, long since) {
    return PackedStatus.begin(id, State.QUEUED_VALUE, since, PackedStatus.NO_DEADLINE, 0).array();
  }
}
