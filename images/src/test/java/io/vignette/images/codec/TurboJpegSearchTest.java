package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of libraries that are named, and not said of those that are only looked for. */
class TurboJpegSearchTest {
  private static final String MISSING = "/there/is/no/such/library.so";

  private final Logger logger = Logger.getLogger(TurboJpeg.class.getName());
  private final Notes notes = new Notes();

  @BeforeEach
  void listen() {
    logger.addHandler(notes);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(notes);
  }

  @Test
  void aNamedLibraryThatIsNotThereIsWarnedOfOnce() {
    assertThat(TurboJpeg.find(MISSING)).isEmpty();

    assertThat(notes.lines)
        .containsExactly(
            "WARNING libturbojpeg: %s, Cannot open library: %s".formatted(MISSING, MISSING)
                + " (expected: libturbojpeg 2.0 or newer); JPEGs are left to the built-in decoder");
  }

  @Test
  void aNamedFileThatIsNoLibraryIsWarnedOf(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("{0}.so"), "text");

    assertThat(TurboJpeg.find(file.toString())).isEmpty();

    assertThat(notes.lines).singleElement().asString().contains("WARNING", file.toString());
  }

  @Test
  void nothingIsSaidWhereNoneIsNamedOrWanted() {
    TurboJpeg.find(null);

    assertThat(TurboJpeg.find(TurboJpeg.OFF)).isEmpty();
    assertThat(notes.lines).isEmpty();
  }

  @Test
  void aLibraryThatCannotBeUsedKeepsItsCause() {
    assertThatThrownBy(() -> TurboJpegLibrary.load(MISSING))
        .isInstanceOf(UnusableLibraryException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  private static final class Notes extends Handler {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.INFO.intValue()) {
        lines.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
