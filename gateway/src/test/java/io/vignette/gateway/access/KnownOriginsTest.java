package io.vignette.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownOriginsTest {
  private static final String AUTHORITY = "localhost:8080";
  private final KnownOrigins origins =
      new KnownOrigins(FixedAccess.ofOrigins("https://app.example"));

  @Test
  void programsThatAreNoBrowsersMayAct() {
    assertThat(origins.mayAct("POST", AUTHORITY, null, null)).isTrue();
  }

  @Test
  void theGatewaysOwnPageMayAct() {
    assertThat(origins.mayAct("POST", AUTHORITY, "http://localhost:8080", "same-origin")).isTrue();
    assertThat(origins.mayAct("POST", AUTHORITY, "http://LOCALHOST:8080", null)).isTrue();
    assertThat(origins.mayAct("POST", "captions.example", "https://captions.example", null))
        .isTrue();
    assertThat(origins.mayAct("POST", AUTHORITY, null, "none")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "",
        "http://localhost:3000",
        "http://localhost",
        "http://localhost:8080.evil.example",
        "ftp://localhost:8080"
      })
  void anotherPageMayNot(String origin) {
    assertThat(origins.mayAct("POST", AUTHORITY, origin, null)).isFalse();
    assertThat(origins.mayAct("DELETE", AUTHORITY, origin, "cross-site")).isFalse();
    assertThat(origins.mayAct("GET", AUTHORITY, origin, "cross-site")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "anything"})
  void whatTheBrowserSaysOfTheSiteDecides(String site) {
    assertThat(origins.mayAct("POST", AUTHORITY, null, site)).isFalse();
    assertThat(origins.mayAct("POST", AUTHORITY, "http://localhost:8080", site)).isFalse();
  }

  @Test
  void anOriginThatIsNamedMayAct() {
    assertThat(origins.mayAct("POST", AUTHORITY, "https://app.example", "cross-site")).isTrue();
    assertThat(origins.mayAct("POST", AUTHORITY, "https://app.example:444", "cross-site"))
        .isFalse();
  }
}
