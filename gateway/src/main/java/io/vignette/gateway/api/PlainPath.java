package io.vignette.gateway.api;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which a path may be written.
 *
 * <p>Routes, policies and resources each have rules of their own for path parameters ({@code ;x}),
 * encoded characters, dots and empty segments. Where two of them differ, one checks another path
 * than the next one serves. No path of the gateway needs any of these, so none is let through.
 */
final class PlainPath {
  /**
   * Segments of unreserved characters, none of them of dots alone; a slash may end it. Possessive,
   * as Java would need stack for each segment.
   */
  private static final Pattern PLAIN =
      Pattern.compile(
          "/(?:(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]+/)*+(?:(?!\\.{1,2}$)[A-Za-z0-9._~-]+)?");

  private PlainPath() {}

  /**
   * Whether the path is written so.
   *
   * @param path as it was sent, without a query; null = there was none
   */
  static boolean is(@Nullable String path) {
    return path != null && PLAIN.matcher(path).matches();
  }
}
