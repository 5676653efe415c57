package io.vignette.service.keys;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what somebody probably meant. */
final class Spelling {
  /** Length of our prefix, which all names share. */
  private static final int PREFIX = "vignette.".length();

  private Spelling() {}

  /**
   * The name nearest to {@code wrong}, if one is near: the same but for a forgotten section, or at
   * most a third of its letters off.
   */
  static Optional<String> nearest(String wrong, Stream<String> names) {
    return names
        .filter(name -> distance(wrong, name) <= tolerance(wrong))
        .min(
            Comparator.<String>comparingInt(name -> distance(wrong, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int tolerance(String wrong) {
    return Math.max(2, (wrong.length() - PREFIX) / 3);
  }

  private static int distance(String wrong, String name) {
    String found = rest(wrong);
    String known = rest(name);
    return lacksSection(found, known) ? 1 : edits(found, known);
  }

  private static String rest(String name) {
    return name.substring(PREFIX).toLowerCase(Locale.ROOT);
  }

  private static boolean lacksSection(String found, String known) {
    return known.endsWith("." + found) || known.endsWith("_" + found);
  }

  /** Letters to insert, remove or replace (Levenshtein's distance). */
  static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
