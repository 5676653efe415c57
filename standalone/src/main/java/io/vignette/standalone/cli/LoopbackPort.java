package io.vignette.standalone.cli;

import io.vignette.wire.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The port on 127.0.0.1 that REST is to have. */
final class LoopbackPort {

  private static final int MAX = 65_535;

  private LoopbackPort() {}

  /**
   * Tries whether the port can be had at this moment.
   *
   * @return the port; for 0 one that the system chose
   */
  static int probe(int port) throws UsageException {
    if (port < 0 || port > MAX) {
      throw new UsageException(
          Reason.REQUEST_INVALID, "--port: " + port + " (expected: 0 to " + MAX + ")");
    }
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UsageException(
          "--port: "
              + port
              + " on 127.0.0.1 can't be had (expected: a free port; --port names"
              + " another): "
              + e.getMessage());
    }
  }
}
