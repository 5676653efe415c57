package io.vignette.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DispatchWindowTest {
  private final DispatchWindow window = new DispatchWindow(2);

  @Test
  void hasRoomForAsManyAsItMayHold() {
    window.enter();
    assertThat(window.hasRoom()).isTrue();
    window.enter();
    assertThat(window.hasRoom()).isFalse();
    assertThat(window.inFlight()).isEqualTo(2);

    window.leave();

    assertThat(window.hasRoom()).isTrue();
    assertThat(window.inFlight()).isEqualTo(1);
  }

  @Test
  void refusesMoreThanItMayHold() {
    window.enter();
    window.enter();

    assertThatThrownBy(window::enter)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("in flight: 2 (expected: less than 2)");
  }

  @Test
  void refusesToGiveBackWhatWasNotTaken() {
    assertThatThrownBy(window::leave).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void holdsAtLeastOne() {
    assertThatThrownBy(() -> new DispatchWindow(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inFlightMax: 0 (expected: at least 1)");
  }
}
