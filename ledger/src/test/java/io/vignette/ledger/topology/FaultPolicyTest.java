package io.vignette.ledger.topology;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FaultPolicyTest {

  private final AtomicLong nanoTime = new AtomicLong();
  private final LedgerCounters counters = new LedgerCounters();
  private final AtomicLong pausedNanos = new AtomicLong();
  private final FaultPolicy policy =
      new FaultPolicy(counters, nanoTime::get, pausedNanos::addAndGet);

  @Test
  void aFaultThatMayPassCostsTheThread() {
    assertThat(policy.handle(new StreamsException(new TimeoutException("broker away"))))
        .isEqualTo(REPLACE_THREAD);
    assertThat(counters.threadRestarts()).isEqualTo(1);
    assertThat(policy.lastingFault()).isEmpty();
  }

  @Test
  void anAbsenceOfKafkaMayLastAndDoesNotSpin() {
    for (int n = 0; n < 10 * FaultPolicy.MAX_REPLACEMENTS; n++) {
      assertThat(policy.handle(new StreamsException(new TimeoutException("broker away"))))
          .isEqualTo(REPLACE_THREAD);
    }

    assertThat(policy.lastingFault()).isEmpty();
    assertThat(pausedNanos)
        .hasValue(10 * FaultPolicy.MAX_REPLACEMENTS * FaultPolicy.PAUSE.toNanos());
  }

  @Test
  void aFaultThatStaysStopsTheLedger() {
    assertThat(policy.handle(new StreamsException(new TopicAuthorizationException("no"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    Error lasting = new OutOfMemoryError();
    assertThat(policy.handle(lasting)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.lastingFault()).contains(lasting);
  }

  @Test
  void tooManyFaultsInAMinuteStopTheLedger() {
    for (int n = 0; n < FaultPolicy.MAX_REPLACEMENTS; n++) {
      assertThat(policy.handle(new StreamsException("fault"))).isEqualTo(REPLACE_THREAD);
    }
    assertThat(policy.handle(new StreamsException("fault"))).isEqualTo(SHUTDOWN_CLIENT);

    nanoTime.addAndGet(FaultPolicy.WINDOW.toNanos() + 1);

    assertThat(policy.handle(new StreamsException("fault"))).isEqualTo(REPLACE_THREAD);
  }
}
