package io.vignette.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** This repository's {@code docker-compose.yml} as a project of its own, on free ports, with S3. */
final class Compose {
  private static final Duration BUILD = Duration.ofMinutes(15);
  private static final Duration UP = Duration.ofMinutes(5);

  private final Path root;
  private final Map<String, String> variables;
  private final int gatewayPort;
  private final int kafkaPort;
  private final int prometheusPort;

  Compose(Path root, Path keys) throws IOException {
    this.root = root;
    this.gatewayPort = ServiceProcess.freePort();
    this.kafkaPort = ServiceProcess.freePort();
    this.prometheusPort = ServiceProcess.freePort();
    this.variables =
        Map.of(
            "GATEWAY_PORT", Integer.toString(gatewayPort),
            "KAFKA_PORT", Integer.toString(kafkaPort),
            "PROMETHEUS_PORT", Integer.toString(prometheusPort),
            "API_KEYS", keys.toString(),
            "COMPOSE_PROFILES", "cpu,s3",
            "BLOBS", "s3");
  }

  int gatewayPort() {
    return gatewayPort;
  }

  String bootstrapServers() {
    return "localhost:" + kafkaPort;
  }

  int prometheusPort() {
    return prometheusPort;
  }

  void build() {
    compose(BUILD, "build");
  }

  /** Returns when all of it is healthy. */
  void up(int workers) {
    compose(UP, "up", "--detach", "--no-build", "--wait", "--scale", "worker=" + workers);
  }

  /** One container of the service, running, and healthy if it can say so; of any profile. */
  void up(String service) {
    compose(UP, "up", "--detach", "--no-build", "--wait", service);
  }

  /** Removes containers and networks; volumes stay. */
  void down() {
    compose(UP, "down");
  }

  /** Leaves nothing behind but images. */
  void remove() {
    compose(UP, "down", "--volumes", "--timeout", "5");
  }

  /** SIGKILL; Docker leaves it dead. */
  void kill(String container) {
    docker("kill", container);
  }

  /** Holds all processes of the first container of the service. */
  void pause(String service) {
    docker("pause", containers(service).getFirst());
  }

  void unpause(String service) {
    docker("unpause", containers(service).getFirst());
  }

  /** The sum of the worker's metrics whose lines start like this. */
  double workerMetric(String container, String start) {
    String request = "GET /q/metrics HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n";
    String script = "exec 3<>/dev/tcp/127.0.0.1/8081; printf '" + request + "' >&3; cat <&3";
    return docker("exec", container, "bash", "-c", script)
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** As a supervisor would after a kill. */
  void start(String service) {
    compose(UP, "start", service);
  }

  /** SIGTERM to all of a service. */
  void stop(String service) {
    compose(UP, "stop", service);
  }

  /** Those that run, by id. */
  List<String> containers(String service) {
    // Warnings come on the same way.
    return compose(UP, "ps", "--quiet", service)
        .lines()
        .filter(line -> line.matches("[0-9a-f]{64}"))
        .toList();
  }

  String logs() {
    return compose(
        UP, "logs", "--no-color", "--tail", "200", "kafka", "gateway", "worker", "triton");
  }

  private String docker(String... arguments) {
    return Command.run(root, Map.of(), UP, line(List.of("docker"), arguments));
  }

  private String compose(Duration timeout, String... arguments) {
    List<String> start =
        List.of("docker", "compose", "--project-name", "vignette-test", "--progress", "quiet");
    return Command.run(root, variables, timeout, line(start, arguments));
  }

  private static List<String> line(List<String> start, String... arguments) {
    List<String> line = new ArrayList<>(start);
    line.addAll(List.of(arguments));
    return line;
  }
}
