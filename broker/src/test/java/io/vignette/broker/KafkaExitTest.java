package io.vignette.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;

class KafkaExitTest {

  @Test
  void aHaltIsReportedAndEndsOnlyItsThread() {
    List<Throwable> reported = new ArrayList<>();

    try (KafkaExit watch = KafkaExit.watch(reported::add)) {
      assertThatThrownBy(() -> Exit.halt(1, "no folder left"))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("no folder left");
      assertThatThrownBy(() -> Exit.exit(3)).hasMessageContaining("status 3");
    }

    assertThat(reported).hasSize(2).first().isInstanceOf(BrokerException.class);
  }

  @Test
  void withTheLastWatchClosedNobodyIsToldAnyMore() {
    List<Throwable> reported = new ArrayList<>();
    KafkaExit first = KafkaExit.watch(reported::add);
    KafkaExit second = KafkaExit.watch(reported::add);

    first.close();
    assertThatThrownBy(() -> Exit.halt(1)).isInstanceOf(BrokerException.class);
    second.close();
    assertThatThrownBy(() -> Exit.halt(1)).isInstanceOf(IllegalStateException.class);

    assertThat(reported).hasSize(1);
  }
}
