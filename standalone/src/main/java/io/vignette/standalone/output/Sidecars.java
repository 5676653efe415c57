package io.vignette.standalone.output;

import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
