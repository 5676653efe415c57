package io.vignette.standalone.composition;

import ai.onnxruntime.OnnxTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's native libraries, unpacked into a private data folder.
 *
 * <p>Left alone, ONNX Runtime unpacks them into the temporary folder and deletes them as the JVM
 * ends in order: a killed process leaves 28 MB behind. In the data folder they go with it.
 */
final class EngineLibraries {

  /** The setting by which ONNX Runtime is told where its libraries are. */
  private static final String SETTING = "onnxruntime.native.path";

  private static final String OWN_FOLDERS = "onnxruntime-java*";

  private static final Logger LOG = LoggerFactory.getLogger(EngineLibraries.class);

  private EngineLibraries() {}

  /**
   * Unpacks them and tells ONNX Runtime; not where the user told it already. Takes some 100 ms.
   *
   * @return false where there are none for this platform: ONNX Runtime does it its own way
   */
  static boolean unpackInto(Path folder) {
    if (System.getProperty(SETTING) != null) {
      return true;
    }
    List<String> names =
        List.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));
    try {
      Files.createDirectories(folder);
      for (String name : names) {
        if (!unpack(name, folder)) {
          return false;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("engine: its libraries can't be unpacked to " + folder, e);
    }
    System.setProperty(SETTING, folder.toString());
    return true;
  }

  /**
   * Deletes the folders that ONNX Runtime makes for its libraries, and leaves empty where it was
   * told of others, once their processes were killed or ended at once.
   */
  static void deleteLeftovers(Path temp) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temp, OWN_FOLDERS)) {
      for (Path folder : folders) {
        // Younger ones may be about to be filled.
        if (DataFolder.isOurs(folder) && DataFolder.isOlderThan(folder, Duration.ofMinutes(1))) {
          deleteIfEmpty(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("temporary folder {}: {}", temp, e.toString());
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      LOG.debug("temporary folder {}: in use", folder);
    }
  }

  private static boolean unpack(String name, Path folder) throws IOException {
    String resource = "/ai/onnxruntime/native/" + platform() + "/" + name;
    try (InputStream library = OnnxTensor.class.getResourceAsStream(resource)) {
      if (library == null) {
        return false;
      }
      Files.copy(library, folder.resolve(name));
      return true;
    }
  }

  /** As ONNX Runtime names its folders. */
  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").equals("amd64") ? "x64" : "aarch64";
    return (os.contains("mac") ? "osx-" : "linux-") + arch;
  }
}
