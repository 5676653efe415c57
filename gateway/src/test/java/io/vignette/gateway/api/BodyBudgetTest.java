package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private final BodyBudget budget = new BodyBudget(100);

  @Test
  void takesNoMoreThanThereIsRoomFor() {
    assertThat(budget.take(60)).isTrue();
    assertThat(budget.take(41)).isFalse();
    assertThat(budget.take(40)).isTrue();

    budget.giveBack(60);

    assertThat(budget.take(60)).isTrue();
  }

  @Test
  void takesASingleBodyOfAnySize() {
    assertThat(budget.take(200)).isTrue();
    assertThat(budget.take(1)).isFalse();

    budget.giveBack(200);

    assertThat(budget.take(1)).isTrue();
  }
}
