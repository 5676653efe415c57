package io.vignette.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartFaultTest {

  private final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
  private final AtomicLong steadyNanos = new AtomicLong(7);
  private final SystemClock clock = new SystemClock(wallMillis::get, steadyNanos::get);

  @Test
  void aClockThatWasSetBackIsTheCauseThatIsNamed() {
    pass(Duration.ofSeconds(20));
    wallMillis.addAndGet(-Duration.ofHours(2).toMillis());

    assertThat(
            StartFault.explain(new RuntimeException("waiting", new CancellationException()), clock))
        .startsWith(
            "the system's clock was set back by 2 h 0 min 0 s meanwhile; the broker did not")
        .contains("expected");
  }

  @Test
  void aRegistrationThatWasGivenUpIsASentence() {
    pass(Duration.ofSeconds(20));

    assertThat(StartFault.explain(new CancellationException(), clock))
        .startsWith("the broker did not register with its own controller in time (expected:");
  }

  @Test
  void aClockThatGoesOnOrIsCorrectedALittleIsNotBlamed() {
    pass(Duration.ofSeconds(60));
    wallMillis.addAndGet(-400);
    assertThat(clock.setBack()).isEmpty();
    wallMillis.addAndGet(Duration.ofHours(2).toMillis());
    assertThat(clock.setBack()).isEmpty();
  }

  @Test
  void theInnermostCauseSpeaks() {
    Throwable fault =
        new RuntimeException(
            "while waiting", new ExecutionException(new IOException("No space left on device")));

    assertThat(StartFault.explain(fault, clock)).isEqualTo("No space left on device");
  }

  @Test
  void aFileWithoutRightsIsNamed() {
    assertThat(StartFault.explain(new RuntimeException(new AccessDeniedException("/d/x")), clock))
        .isEqualTo("/d/x can't be read or written (expected: the right to)");
  }

  @Test
  void aCauseThatSaysNothingIsNamedByItsKind() {
    assertThat(StartFault.explain(new IllegalStateException(), clock))
        .isEqualTo("IllegalStateException without a message");
  }

  @Test
  void causesThatGoRoundAreFollowedOnce() {
    RuntimeException outer = new RuntimeException();
    outer.initCause(new RuntimeException("inner", outer));

    assertThat(StartFault.explain(outer, clock)).isEqualTo("inner");
  }

  private void pass(Duration time) {
    steadyNanos.addAndGet(time.toNanos());
    wallMillis.addAndGet(TimeUnit.NANOSECONDS.toMillis(time.toNanos()));
  }
}
