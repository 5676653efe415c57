package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=20|20",
        "WAIT=5|5",
        "respond-async, wait=10|10",
        "wait=7; foo|7",
        "wait=\"3\"|3",
        "wait=61|60",
        "wait=0|0"
      })
  void waitIsGrantedUpTo60Seconds(String header, long seconds) {
    assertThat(Preference.of(List.of(header)))
        .hasValueSatisfying(
            preference -> {
              assertThat(preference.limit()).hasSeconds(seconds);
              assertThat(preference.applied()).isEqualTo("wait=" + seconds);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "wait", "wait=", "wait=-1", "wait=soon", "wait=99999999999999999999"})
  void whatCannotBeUnderstoodIsIgnored(String header) {
    assertThat(Preference.of(List.of(header))).isEmpty();
  }

  @Test
  void noHeaderNoPreference() {
    assertThat(Preference.of(null)).isEmpty();
    assertThat(Preference.of(List.of())).isEmpty();
  }
}
