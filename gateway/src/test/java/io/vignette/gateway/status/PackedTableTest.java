package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
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
