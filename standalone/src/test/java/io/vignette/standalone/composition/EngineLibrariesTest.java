package io.vignette.standalone.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLibrariesTest {

  private static final String SETTING = "onnxruntime.native.path";

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(SETTING);
  }

  @Test
  void whereTheUserNamedAFolderNothingIsUnpacked() {
    System.setProperty(SETTING, "/opt/onnxruntime");

    assertThat(EngineLibraries.unpackInto(folder)).isTrue();

    assertThat(System.getProperty(SETTING)).isEqualTo("/opt/onnxruntime");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void otherwiseTheyAreUnpackedAndNamed() {
    assertThat(EngineLibraries.unpackInto(folder)).isTrue();

    assertThat(System.getProperty(SETTING)).isEqualTo(folder.toString());
    assertThat(folder.resolve(System.mapLibraryName("onnxruntime"))).isNotEmptyFile();
  }
}
