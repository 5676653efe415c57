package io.vignette.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineAllowanceTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final LineAllowance lines = new LineAllowance(nanos::get);

  @Test
  void tenLinesAMinuteAreWritten() {
    assertThat(written(1000)).isEqualTo(10);
    pass(Duration.ofSeconds(59));
    assertThat(written(1000)).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(written(1000)).isEqualTo(10);
  }

  @Test
  void theNextLineTellsHowManyWereNot() {
    written(12);
    pass(Duration.ofMinutes(1));

    assertThat(lines.ask()).hasValue(2);
    assertThat(lines.ask()).hasValue(0);
  }

  @Test
  void onlyLinesAfterOthersThatWereNotWrittenSayMore() {
    assertThat(LineAllowance.text(0)).isEmpty();
    assertThat(LineAllowance.text(3)).isEqualTo("; 3 like it not logged");
  }

  private int written(int asked) {
    int written = 0;
    for (int line = 0; line < asked; line++) {
      written += lines.ask().isPresent() ? 1 : 0;
    }
    return written;
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
