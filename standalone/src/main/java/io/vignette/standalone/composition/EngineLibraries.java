package io.vignette.standalone.composition;

import ai.onnxruntime.OnnxTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * ONNX Runtime's native libraries, unpacked into a private data folder.
 *
 * <p>Left alone, ONNX Runtime unpacks them into the temporary folder and deletes them as the JVM
 * ends in order: a killed process leaves 28 MB behind. In the data folder they go with it.
 */
final class EngineLibraries {

  /** The setting by which ONNX Runtime is told where its libraries are. */
  private static final String SETTING = "onnxruntime.native.path";

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
