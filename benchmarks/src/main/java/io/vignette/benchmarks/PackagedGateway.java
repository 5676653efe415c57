package io.vignette.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packaged gateway, with the options of its container image. */
final class PackagedGateway {

  private PackagedGateway() {}

  /**
   * What starts one.
   *
   * @param root of the repository, which is built
   * @param work a folder for its uploads
   * @param options of the JVM, behind the image's
   */
  static ProcessBuilder builder(
      Path root, Path work, String broker, int port, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("docker/java.options"));
    command.addAll(options);
    command.add("-jar");
    command.add(root.resolve("gateway-service/target/quarkus-app/quarkus-run.jar").toString());
    ProcessBuilder gateway = new ProcessBuilder(command);
    gateway
        .environment()
        .putAll(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker,
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "VIGNETTE_MODELS_FOLDER", root.resolve("triton-models").toString(),
                "VIGNETTE_BLOB_STORE_FOLDER", work.resolve("blobs").toString()));
    return gateway;
  }
}
