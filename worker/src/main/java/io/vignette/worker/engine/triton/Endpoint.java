package io.vignette.worker.engine.triton;

/**
 * Where a server's gRPC port is.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  private static final int PORT_MAX = 65_535;

  public Endpoint {
    if (host.isBlank() || port < 1 || port > PORT_MAX) {
      throw unusable(host + ':' + port);
    }
  }

  /**
   * Reads {@code host:port}, or {@code [address]:port} for IPv6.
   *
   * @throws IllegalArgumentException naming the text
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || text.contains("/")) {
      throw unusable(text);
    }
    try {
      return new Endpoint(
          unbracketed(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw unusable(text);
    }
  }

  private static String unbracketed(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  private static IllegalArgumentException unusable(String text) {
    return new IllegalArgumentException(
        "endpoint: %s (expected: host:port of Triton's gRPC service, for example localhost:8001)"
            .formatted(text));
  }

  @Override
  public String toString() {
    return (host.contains(":") ? '[' + host + ']' : host) + ':' + port;
  }
}
