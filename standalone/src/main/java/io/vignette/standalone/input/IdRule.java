package io.vignette.standalone.input;

import java.nio.file.Path;

/** How a picture is named in the output. Different names on the disk stay different. */
public enum IdRule {
  /** The path relative to the folder the user named, or the path as the user wrote it. */
  PATH,
  /** The file's name without its suffix. */
  STEM;

  String idOf(Path relative) {
    if (this == PATH) {
      return ExactName.of(relative).replace(relative.getFileSystem().getSeparator(), "/");
    }
    String name = ExactName.of(relative.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
