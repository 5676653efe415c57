package io.vignette.standalone.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The note by which {@code results} finds the broker of a running {@code serve}. */
final class ServeAddress implements AutoCloseable {

  private final String bootstrapServers;

  private ServeAddress(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  static ServeAddress publish(String bootstrapServers) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), bootstrapServers, StandardCharsets.UTF_8);
    return new ServeAddress(bootstrapServers);
  }

  /** The broker of the last {@code serve} of this user, if one is noted. */
  static Optional<String> find() {
    try {
      return Optional.of(Files.readString(file(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path file() {
    return Path.of(System.getProperty("user.home"), ".vignette", "serve.address");
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() throws IOException {
    if (find().equals(Optional.of(bootstrapServers))) {
      Files.deleteIfExists(file());
    }
  }
}
