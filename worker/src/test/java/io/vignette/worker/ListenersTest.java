package io.vignette.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {

  @Test
  void oneThatThrowsCostsNobodyElse() {
    List<Integer> heard = new ArrayList<>();
    LeaseListener broken =
        new LeaseListener() {
          @Override
          public void acquired(LaneKind lane, int records, int redelivered) {
            throw new IllegalStateException("broken metric");
          }
        };
    LeaseListener sound =
        new LeaseListener() {
          @Override
          public void acquired(LaneKind lane, int records, int redelivered) {
            heard.add(records);
          }
        };

    new Listeners(List.of(), List.of(broken, sound)).acquired(LaneKind.BULK, 7, 0);

    assertThat(heard).containsExactly(7);
  }
}
