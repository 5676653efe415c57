package io.vignette.standalone.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The notes by which {@code results} finds the broker of a running {@code serve}: one for the
 * user's last, and one in the data folder where that was named.
 */
final class ServeAddress implements AutoCloseable {

  private static final String NAME = "serve.address";

  private final String bootstrapServers;
  private final List<Path> notes;

  private ServeAddress(String bootstrapServers, List<Path> notes) {
    this.bootstrapServers = bootstrapServers;
    this.notes = notes;
  }

  static ServeAddress publish(String bootstrapServers, Optional<Path> dataFolder)
      throws IOException {
    List<Path> notes = new ArrayList<>(List.of(ofUser()));
    dataFolder.map(ServeAddress::in).ifPresent(notes::add);
    for (Path note : notes) {
      Files.createDirectories(note.toAbsolutePath().getParent());
      Files.writeString(note, bootstrapServers, StandardCharsets.UTF_8);
    }
    return new ServeAddress(bootstrapServers, notes);
  }

  /** The broker of the {@code serve} on that folder, or of this user's last; if one is noted. */
  static Optional<String> find(Optional<Path> dataFolder) {
    return read(dataFolder.map(ServeAddress::in).orElseGet(ServeAddress::ofUser));
  }

  private static Optional<String> read(Path note) {
    try {
      return Optional.of(Files.readString(note, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path ofUser() {
    return in(Path.of(System.getProperty("user.home"), ".vignette"));
  }

  private static Path in(Path folder) {
    return folder.resolve(NAME);
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Deletes the notes, but for those that another {@code serve} has written since. */
  @Override
  public void close() throws IOException {
    for (Path note : notes) {
      if (read(note).equals(Optional.of(bootstrapServers))) {
        Files.deleteIfExists(note);
      }
    }
  }
}
