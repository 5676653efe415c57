package io.vignette.service.reference;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a mapping's types are called in the reference. */
final class TypeText {
  private static final Map<String, String> WORDS =
      Map.of(
          "String", "text",
          "boolean", "`true` or `false`",
          "short", "whole number",
          "int", "whole number",
          "long", "whole number",
          "OptionalInt", "whole number",
          "Duration", "duration",
          "Path", "path",
          "URI", "address");

  private final Map<String, ClassTree> nested;

  /**
   * @param nested the mapping's own types
   */
  TypeText(Map<String, ClassTree> nested) {
    this.nested = nested;
  }

  String of(Tree type) {
    if (type instanceof ParameterizedTypeTree generic) {
      String inner = of(generic.getTypeArguments().getLast());
      return isCollection(type) ? inner + "s, by commas" : inner;
    }
    ClassTree own = nested.get(type.toString());
    if (own != null && own.getKind() == Tree.Kind.ENUM) {
      return constants(own);
    }
    String word = WORDS.get(type.toString());
    if (word == null) {
      throw new IllegalStateException(
          type + ": a type without a word (expected: one of " + WORDS.keySet() + ")");
    }
    return word;
  }

  private static String constants(ClassTree type) {
    return type.getMembers().stream()
        .filter(VariableTree.class::isInstance)
        .map(constant -> ((VariableTree) constant).getName().toString())
        .map(name -> "`" + name.toLowerCase(Locale.ROOT).replace('_', '-') + "`")
        .collect(Collectors.joining(", "));
  }

  /** Whether a range has to be said. */
  static boolean isMeasured(String word) {
    return word.equals("whole number") || word.equals("duration");
  }

  /** Whether there may be several values, or groups, of this type. */
  static boolean isSeveral(Tree type) {
    return isCollection(type)
        || (type instanceof ParameterizedTypeTree generic
            && generic.getTypeArguments().stream().anyMatch(TypeText::isSeveral));
  }

  private static boolean isCollection(Tree type) {
    return type.toString().startsWith("List<") || type.toString().startsWith("Set<");
  }

  static boolean isMap(Tree type) {
    return type.toString().startsWith("Map<");
  }
}
