package io.vignette.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets, bound before the broker exists.
 *
 * <p>Binding first makes the address known at once, leaves no moment in which another process can
 * take a "free" port, and lets clients connect while the broker starts: they wait in the backlog.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {

  static final String CLIENTS = "CLIENTS";
  static final String CONTROLLER = "CONTROLLER";

  private static final int BACKLOG = 256;

  private final ServerSocketChannel clients;
  private final ServerSocketChannel controller;

  private BoundSockets(ServerSocketChannel clients, ServerSocketChannel controller) {
    this.clients = clients;
    this.controller = controller;
  }

  static BoundSockets open(int clientPort) throws IOException {
    ServerSocketChannel clients = bind(clientPort);
    try {
      return new BoundSockets(clients, bind(0));
    } catch (IOException e) {
      clients.close();
      throw e;
    }
  }

  private static ServerSocketChannel bind(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  int clientPort() {
    return clients.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferBytes)
      throws IOException {
    ServerSocketChannel channel = listenerName.equals(CONTROLLER) ? controller : clients;
    channel.configureBlocking(false);
    return channel;
  }

  @Override
  public void close() throws IOException {
    try (controller) {
      clients.close();
    }
  }
}
