package io.vignette.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that says what no library for servers would say: to each connection the same bytes, then
 * the same bytes again and again until the other side hangs up. Thread-safe.
 */
public final class HostileServer implements AutoCloseable {
  private static final int REPEATS_A_WRITE = 1_000;

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private volatile String first = "";
  private volatile String forever = "";

  /** Listens on a free port of 127.0.0.1. */
  public HostileServer() throws IOException {
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.submit(this::serve);
  }

  /** What the next connections are told; nothing is repeated if {@code forever} is empty. */
  public void says(String once, String again) {
    first = once;
    forever = again;
    sent.set(0);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
  }

  /** An address of a picture on it. */
  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/a.png";
  }

  /** Bytes that the operating systems have taken so far, those of their buffers included. */
  public long sentBytes() {
    return sent.get();
  }

  /** Connections that neither side has ended. */
  public int openConnections() {
    return open.get();
  }

  private Void serve() throws IOException {
    while (!socket.isClosed()) {
      Socket connection = socket.accept();
      threads.submit(() -> answer(connection));
    }
    return null;
  }

  private Void answer(Socket connection) {
    open.incrementAndGet();
    try (connection) {
      OutputStream out = connection.getOutputStream();
      out.write(first.getBytes(ISO_8859_1));
      if (forever.isEmpty()) {
        connection.shutdownOutput();
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
      byte[] block = forever.repeat(REPEATS_A_WRITE).getBytes(ISO_8859_1);
      while (block.length > 0) {
        out.write(block);
        sent.addAndGet(block.length);
      }
      return null;
    } catch (IOException e) { // Hung up on, as every case ends.
      throw new UncheckedIOException(e);
    } finally {
      open.decrementAndGet();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
