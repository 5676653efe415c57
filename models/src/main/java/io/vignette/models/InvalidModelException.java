package io.vignette.models;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model repository that cannot be served as it is. The message names the file, the field, the
 * value found and what was expected.
 */
public final class InvalidModelException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidModelException(Path file, String problem) {
    this(file, problem, null);
  }

  InvalidModelException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
