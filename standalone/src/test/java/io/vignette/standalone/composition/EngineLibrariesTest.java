package io.vignette.standalone.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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

  @Test
  void emptyFoldersOfEarlierProcessesAreDeleted() throws Exception {
    Path old = made("onnxruntime-java1", 120);
    Path used = made("onnxruntime-java2", 120);
    Files.createFile(used.resolve("library"));
    Files.setLastModifiedTime(used, FileTime.from(Instant.now().minusSeconds(120)));
    Path fresh = made("onnxruntime-java3", 0);

    EngineLibraries.deleteLeftovers(folder);

    assertThat(old).doesNotExist();
    assertThat(used).isNotEmptyDirectory();
    assertThat(fresh).exists();
  }

  private Path made(String name, int secondsAgo) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    return Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
  }
}
