package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/models",
        "/v1/captions/0198a3f2-0000-7000-8000-000000000000",
        "/q/swagger-ui/",
        "/vignette.css",
        "/a/.b/c..d",
        "/...",
        "/~x"
      })
  void isPlain(String path) {
    assertThat(PlainPath.is(path)).isTrue();
  }

  @Test
  void lengthCostsNoStack() {
    assertThat(PlainPath.is("/a".repeat(100_000))).isTrue();
    assertThat(PlainPath.is("/a".repeat(100_000) + "/")).isTrue();
    assertThat(PlainPath.is("/" + "a".repeat(200_000))).isTrue();
    assertThat(PlainPath.is("/a".repeat(100_000) + "//")).isFalse();
    assertThat(PlainPath.is("/a".repeat(100_000) + "/..")).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "v1",
        "*",
        "//",
        "//v1",
        "/v1//models",
        "/v1;x/models",
        "/v1/models;",
        "/v1/./models",
        "/v1/..",
        "/..",
        "/.",
        "/v1/../v1/models",
        "/v1%2fmodels",
        "/v1/models%00",
        "/v1\\models",
        "/v1/models ",
        "/v1/modèls",
        "/v1/models\n",
        "http://localhost/v1/models"
      })
  void isNot(String path) {
    assertThat(PlainPath.is(path)).isFalse();
  }
}
