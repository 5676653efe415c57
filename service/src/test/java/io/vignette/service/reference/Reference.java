package io.vignette.service.reference;

import io.vignette.service.keys.OtherNames;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The reference as Markdown, and its keys as a list. */
final class Reference {
  private final String head;
  private final List<Section> sections;

  /**
   * @param head what is written by hand
   */
  Reference(String head, List<Section> sections) {
    this.head = head;
    this.sections = sections;
  }

  /** One key a line, in order. */
  String keys() {
    return sections.stream()
        .flatMap(section -> section.settings().stream())
        .flatMap(setting -> setting.names().stream())
        .sorted()
        .map(key -> key + "\n")
        .collect(Collectors.joining());
  }

  String markdown() {
    return head.replace("${OTHER_NAMES}", otherNames()).replace("${SECTIONS}", contents())
        + sections.stream().map(Reference::table).collect(Collectors.joining());
  }

  private static String otherNames() {
    return OtherNames.meanings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(other -> "| `%s` | %s |".formatted(other.getKey(), other.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private String contents() {
    return sections.stream()
        .map(
            section ->
                "| [`%s`](#%s) | %s | %s |"
                    .formatted(
                        section.prefix() + ".*",
                        section.prefix().replace(".", ""),
                        section.meaning(),
                        section.readers()))
        .collect(Collectors.joining("\n"));
  }

  private static String table(Section section) {
    return """

    ## `%s`

    %s Read by: %s.

    | Key | Environment variable | Type and range | Default | Meaning | Reloadable |
    |---|---|---|---|---|---|
    %s
    """
        .formatted(
            section.prefix(),
            section.meaning(),
            section.readers(),
            section.settings().stream()
                .map(setting -> row(section.prefix(), setting))
                .collect(Collectors.joining("\n")));
  }

  private static String row(String prefix, Setting setting) {
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            setting.key().substring(prefix.length() + 1),
            setting.isGroup() ? "" : "`" + setting.variable() + "`",
            setting.isGroup() ? "list, `N` from 0" : typeAndRange(setting),
            setting.standard(),
            setting.meaning(),
            setting.reloadable());
  }

  private static String typeAndRange(Setting setting) {
    return setting.range().isEmpty() ? setting.type() : setting.type() + ": " + setting.range();
  }
}
