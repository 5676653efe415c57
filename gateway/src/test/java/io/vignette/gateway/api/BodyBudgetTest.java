package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private static final long MEGABYTE = 1 << 20;

  private final BodyBudget budget = new BodyBudget(100 * MEGABYTE);

  @Test
  void takesNoMoreThanThereIsRoomFor() {
    BodyBudget.Share large = budget.take(60 * MEGABYTE).orElseThrow();
    assertThat(budget.take(41 * MEGABYTE)).isEmpty();
    assertThat(budget.take(40 * MEGABYTE)).isPresent();

    large.close();
    large.close();

    assertThat(budget.take(60 * MEGABYTE)).isPresent();
    assertThat(budget.take(2 * MEGABYTE)).isEmpty();
  }

  @Test
  void takesASingleBodyOfAnySize() {
    BodyBudget.Share huge = budget.take(200 * MEGABYTE).orElseThrow();
    assertThat(budget.take(2 * MEGABYTE)).isEmpty();

    huge.close();

    assertThat(budget.take(2 * MEGABYTE)).isPresent();
  }

  @Test
  void takesSmallBodiesBesideLargeOnes() {
    assertThat(budget.take(200 * MEGABYTE)).isPresent();

    assertThat(budget.take(BodyBudget.SMALL_BYTES)).isPresent();
  }

  @Test
  void theEndOfARequestFreesOnlyWhatNobodyWorksOn() {
    BodyBudget.Share left = budget.take(200 * MEGABYTE).orElseThrow();
    left.requestEnded();
    BodyBudget.Share used = budget.take(200 * MEGABYTE).orElseThrow();
    used.use().requestEnded();
    assertThat(budget.take(2 * MEGABYTE)).isEmpty();

    used.close();

    assertThat(budget.take(2 * MEGABYTE)).isPresent();
  }
}
