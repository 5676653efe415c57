package io.vignette.standalone.input;

import java.nio.file.Path;

/** How a picture is named in the output. */
public enum IdRule {
  /** The path relative to the folder the user named, or the path as the user wrote it. */
  PATH,
  /** The file's name without its suffix. */
  STEM;

  String idOf(Path relative) {
    if (this == PATH) {
      return relative.toString().replace('\\', '/');
    }
    String name = relative.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
