package io.vignette.service.reference;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.TextTree;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A documentation comment as Markdown, with its sentences that begin with a label taken apart. */
final class MethodText {
  private final String text;

  private MethodText(String text) {
    this.text = text;
  }

  static MethodText of(DocCommentTree comment) {
    return new MethodText(markdown(comment.getFullBody()).replaceAll("\\s+", " ").strip());
  }

  private static String markdown(List<? extends DocTree> parts) {
    return parts.stream().map(MethodText::markdown).collect(Collectors.joining());
  }

  private static String markdown(DocTree part) {
    return switch (part) {
      case TextTree plain -> plain.getBody().replace("|", "\\|").replace("*", "\\*");
      case LiteralTree code -> "`" + code.getBody().getBody().strip() + "`";
      case EntityTree entity -> "&" + entity.getName() + ";";
      default ->
          throw new IllegalStateException(
              "%s: can't be shown (expected: text and {@code …})".formatted(part));
    };
  }

  /** What the sentence {@code LABEL: …} says, without its full stop. */
  Optional<String> labelled(String label) {
    Matcher sentence = sentence(label).matcher(text);
    return sentence.find() ? Optional.of(sentence.group(1)) : Optional.empty();
  }

  /** All but those sentences. */
  String without(String... labels) {
    String rest = text;
    for (String label : labels) {
      rest = sentence(label).matcher(rest).replaceAll(" ");
    }
    return rest.replaceAll("\\s+", " ").strip();
  }

  private static Pattern sentence(String label) {
    return Pattern.compile("(?:^|(?<=\\s))" + label + ": (.*?)\\.(?=\\s|$)");
  }
}
