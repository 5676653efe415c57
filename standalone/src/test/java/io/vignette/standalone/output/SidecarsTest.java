package io.vignette.standalone.output;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each picture has a sidecar of its own, or the run is refused. */
class SidecarsTest {

  @TempDir Path folder;

  @Test
  void twoPicturesThatWouldShareOneAreBothNamed() {
    Path png = folder.resolve("s.png");
    Path jpg = folder.resolve("s.jpg");

    assertThatThrownBy(
            () -> Sidecars.check(List.of(png, folder.resolve("deep").resolve("../s.jpg"))))
        .isInstanceOf(OutputException.class)
        .hasMessage(
            "sidecar: %s would be that of both %s and %s (expected: names that differ without"
                    .formatted(folder.resolve("s.txt"), png, jpg)
                + " their suffix)");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its names are no bytes")
  void aPictureWhoseNameIsNotUtf8IsNamed() {
    // Only by a URI can a name be given as bytes.
    Path picture = Path.of(URI.create(folder.toUri() + "inv%FF.png"));

    assertThatThrownBy(() -> Sidecars.check(List.of(picture)))
        .isInstanceOf(OutputException.class)
        .hasMessage(
            "sidecar: %s has a name that is no text in %s (expected: one that is; LANG or LC_ALL may name UTF-8)"
                .formatted(picture, System.getProperty("sun.jnu.encoding")));
  }

  @Test
  void aPictureThatWouldBeReplacedIsNamed() {
    Path text = folder.resolve("s.txt");
    Path png = folder.resolve("s.png");

    for (List<Path> pictures : List.of(List.of(text), List.of(png, text))) {
      assertThatThrownBy(() -> Sidecars.check(pictures))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining(text + " of ")
          .hasMessageContaining("is itself a picture (expected: ");
    }
  }

  @Test
  void otherNamesAreNoMatter() {
    List<Path> pictures =
        List.of(
            folder.resolve("s.png"),
            folder.resolve("s.png"),
            folder.resolve("s.t.png"),
            folder.resolve("deep").resolve("s.jpg"));

    assertThatCode(() -> Sidecars.check(pictures)).doesNotThrowAnyException();
  }
}
