package io.vignette.standalone.output;

import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One text file beside each picture: its caption, or a line for each answer.
 *
 * <p>An existing file is kept unless overwriting was asked for. Pictures that failed get none.
 */
public final class Sidecars {

  private final boolean overwrite;

  public Sidecars(boolean overwrite) {
    this.overwrite = overwrite;
  }

  /**
   * Makes sure that each picture has a sidecar of its own.
   *
   * @throws OutputException naming both pictures that would share one, or the picture whose name
   *     can't be written
   */
  public static void check(Collection<Path> pictures) throws OutputException {
    Set<Path> all =
        pictures.stream()
            .map(picture -> picture.toAbsolutePath().normalize())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Map<Path, Path> pictureOf = new HashMap<>();
    for (Path absolute : all) {
      if (!isWritable(absolute)) {
        throw new OutputException(
            "sidecar: "
                + absolute
                + " has a name that is no text in "
                + System.getProperty("sun.jnu.encoding")
                + " (expected: one that is; LANG or LC_ALL may name UTF-8)");
      }
      Path sidecar = beside(absolute);
      if (all.contains(sidecar)) {
        throw new OutputException(
            "sidecar: "
                + sidecar
                + " of "
                + absolute
                + " is itself a picture (expected: pictures not named .txt)");
      }
      Path other = pictureOf.putIfAbsent(sidecar, absolute);
      if (other != null) {
        throw new OutputException(
            "sidecar: "
                + sidecar
                + " would be that of both "
                + other
                + " and "
                + absolute
                + " (expected: names that differ without their suffix)");
      }
    }
  }

  /** Bytes of a name that stand for no character are lost on the way through a text. */
  private static boolean isWritable(Path picture) {
    try {
      return picture.resolveSibling(picture.getFileName().toString()).equals(picture);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Writes the file beside {@code picture}.
   *
   * @return false if there is one already and it was kept
   */
  public boolean write(Path picture, CaptionRecord record) throws OutputException {
    if (record.isFailed()) {
      return true;
    }
    Path sidecar = beside(picture);
    if (Files.exists(sidecar) && !overwrite) {
      return false;
    }
    try {
      Files.writeString(sidecar, text(record), StandardCharsets.UTF_8);
      return true;
    } catch (IOException e) {
      throw new OutputException("sidecar: " + sidecar + " can't be written: " + e.getMessage(), e);
    }
  }

  static Path beside(Path picture) {
    String name = picture.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return picture.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".txt");
  }

  private static String text(CaptionRecord record) {
    List<String> lines = new ArrayList<>();
    if (record.caption() != null) {
      lines.add(record.caption());
    }
    if (record.answers() != null) {
      record.answers().stream().map(QuestionAnswer::answer).forEach(lines::add);
    }
    return String.join("\n", lines) + "\n";
  }
}
