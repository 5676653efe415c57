package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private static final long MEGABYTE = 1 << 20;

  private final BodyBudget budget = new BodyBudget(100 * MEGABYTE);

  @Test
  void takesNoMoreThanThereIsRoomFor() {
    BodyBudget.Share large = open();
    assertThat(large.hold(60 * MEGABYTE)).isTrue();
    assertThat(open().hold(41 * MEGABYTE)).isFalse();
    assertThat(open().hold(40 * MEGABYTE)).isTrue();

    large.close();
    large.close();

    assertThat(open().hold(60 * MEGABYTE)).isTrue();
    assertThat(open().hold(2 * MEGABYTE)).isFalse();
  }

  @Test
  void countsWhatHasComeAndNotWhatWasAnnounced() {
    BodyBudget.Share silent = open();
    assertThat(silent.mayHold(100 * MEGABYTE)).isTrue();

    BodyBudget.Share other = open();
    assertThat(other.hold(100 * MEGABYTE)).isTrue();

    assertThat(silent.mayHold(2 * MEGABYTE)).isFalse();
    assertThat(budget.heldBytes()).isEqualTo(100 * MEGABYTE);
  }

  @Test
  void aBodyGrowsUntilThereIsNoRoom() {
    BodyBudget.Share first = open();
    BodyBudget.Share second = open();
    assertThat(first.hold(50 * MEGABYTE)).isTrue();
    assertThat(second.hold(40 * MEGABYTE)).isTrue();
    assertThat(first.hold(40 * MEGABYTE)).isTrue();

    assertThat(second.hold(51 * MEGABYTE)).isFalse();

    first.close();
    assertThat(second.hold(51 * MEGABYTE)).isTrue();
    second.close();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void takesASingleBodyOfAnySize() {
    BodyBudget.Share huge = open();
    assertThat(huge.hold(150 * MEGABYTE)).isTrue();
    assertThat(huge.hold(200 * MEGABYTE)).isTrue();
    assertThat(open().hold(2 * MEGABYTE)).isFalse();

    huge.close();

    assertThat(open().hold(2 * MEGABYTE)).isTrue();
  }

  @Test
  void takesSmallBodiesBesideLargeOnesUntilTheyAreTooManyThemselves() {
    assertThat(open().hold(200 * MEGABYTE)).isTrue();

    for (int i = 0; i < 50; i++) {
      assertThat(open().hold(BodyBudget.SMALL_BYTES)).isTrue();
    }
    assertThat(open().hold(BodyBudget.SMALL_BYTES)).isFalse();
  }

  @Test
  void aTenantHoldsHalfAtMostUnlessItIsASingleBody() {
    assertThat(open("acme").hold(30 * MEGABYTE)).isTrue();
    assertThat(open("acme").hold(21 * MEGABYTE)).isFalse();
    assertThat(open("acme").hold(20 * MEGABYTE)).isTrue();

    assertThat(open("other").hold(50 * MEGABYTE)).isTrue();
    assertThat(open("third").hold(2 * MEGABYTE)).isFalse();
  }

  @Test
  void theEndOfARequestFreesOnlyWhatNobodyWorksOn() {
    BodyBudget.Share left = open();
    assertThat(left.hold(200 * MEGABYTE)).isTrue();
    left.requestEnded();
    BodyBudget.Share used = open();
    assertThat(used.hold(200 * MEGABYTE)).isTrue();
    used.use().requestEnded();
    assertThat(open().hold(2 * MEGABYTE)).isFalse();

    used.close();

    assertThat(open().hold(2 * MEGABYTE)).isTrue();
  }

  private BodyBudget.Share open() {
    return budget.open(Optional.empty());
  }

  private BodyBudget.Share open(String tenant) {
    return budget.open(Optional.of(tenant));
  }
}
