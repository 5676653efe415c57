package io.vignette.testkit.triton;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;

/** Where a server listens; the same for its whole life, restarts included. */
record TritonPorts(int http, int grpc, int metrics) {

  /** Three ports that are free now. Somebody may take one before the server does. */
  static TritonPorts free() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket http = new ServerSocket(0, 1, loopback);
        ServerSocket grpc = new ServerSocket(0, 1, loopback);
        ServerSocket metrics = new ServerSocket(0, 1, loopback)) {
      return new TritonPorts(http.getLocalPort(), grpc.getLocalPort(), metrics.getLocalPort());
    }
  }

  String grpcEndpoint() {
    return "127.0.0.1:" + grpc;
  }

  URI metricsAddress() {
    return URI.create("http://127.0.0.1:" + metrics + "/metrics");
  }

  List<String> arguments() {
    return List.of("--http-port=" + http, "--grpc-port=" + grpc, "--metrics-port=" + metrics);
  }
}
