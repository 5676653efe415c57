package io.vignette.service.reference;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads one mapping's source: names, annotations and comments, as they are written there. */
final class MappingReader {
  private final DocTrees docs;
  private final String module;
  private final TreePath mapping;
  private final Map<String, ClassTree> nested;
  private final TypeText types;

  /**
   * @param mapping a path to the interface
   */
  MappingReader(DocTrees docs, String module, TreePath mapping) {
    this.docs = docs;
    this.module = module;
    this.mapping = mapping;
    this.nested =
        members(root(), ClassTree.class)
            .collect(
                Collectors.toMap(type -> type.getSimpleName().toString(), Function.identity()));
    this.types = new TypeText(nested);
  }

  private ClassTree root() {
    return (ClassTree) mapping.getLeaf();
  }

  /** Nothing, unless the interface is a mapping. */
  Optional<Section> section() {
    return annotation(root().getModifiers(), "ConfigMapping")
        .map(
            prefix ->
                new Section(
                    prefix,
                    comment(mapping, prefix).without(),
                    module,
                    settings(mapping, prefix).toList()));
  }

  private Stream<Setting> settings(TreePath type, String prefix) {
    return members((ClassTree) type.getLeaf(), MethodTree.class)
        .filter(method -> method.getBody() == null)
        .flatMap(method -> settings(new TreePath(type, method), method, prefix));
  }

  private Stream<Setting> settings(TreePath path, MethodTree method, String prefix) {
    String key = prefix + "." + name(method);
    Tree type = method.getReturnType();
    ClassTree group = group(type);
    if (group == null) {
      return Stream.of(setting(comment(path, key), method, key));
    }
    TreePath below = new TreePath(mapping, group);
    return TypeText.isSeveral(type)
        ? Stream.concat(
            Stream.of(list(comment(path, key), key + "[N]")), settings(below, key + "[N]"))
        : settings(below, key);
  }

  private static Setting list(MethodText text, String key) {
    return new Setting(
        key,
        "",
        "",
        label(text, "Default", key),
        text.without("Default", "Reloadable"),
        label(text, "Reloadable", key),
        false);
  }

  private Setting setting(MethodText text, MethodTree method, String key) {
    Tree type = method.getReturnType();
    String word = types.of(type);
    return new Setting(
        TypeText.isMap(type) ? key + ".KEY" : key,
        word,
        TypeText.isMeasured(word) ? label(text, "Range", key) : text.labelled("Range").orElse(""),
        annotation(method.getModifiers(), "WithDefault")
            .map(value -> "`" + value + "`")
            .orElseGet(() -> label(text, "Default", key)),
        text.without("Range", "Default", "Reloadable"),
        label(text, "Reloadable", key),
        TypeText.isSeveral(type));
  }

  private static String label(MethodText text, String label, String key) {
    return text.labelled(label)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s: no sentence '%s: …' in its comment (expected: one)"
                        .formatted(key, label)));
  }

  private MethodText comment(TreePath path, String what) {
    DocCommentTree comment = docs.getDocCommentTree(path);
    if (comment == null) {
      throw new IllegalStateException(what + ": no comment (expected: one that says what it does)");
    }
    return MethodText.of(comment);
  }

  /** The nested interface whose keys stand in this one's place, if {@code type} is one. */
  private ClassTree group(Tree type) {
    Tree inner =
        type instanceof ParameterizedTypeTree generic ? generic.getTypeArguments().getLast() : type;
    ClassTree own = nested.get(inner.toString());
    return own == null || own.getKind() != Tree.Kind.INTERFACE ? null : own;
  }

  private static String name(MethodTree method) {
    return annotation(method.getModifiers(), "WithName")
        .orElseGet(
            () ->
                method
                    .getName()
                    .toString()
                    .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                    .toLowerCase(Locale.ROOT));
  }

  /** The text that an annotation is given, as {@code value} or {@code prefix}. */
  private static Optional<String> annotation(ModifiersTree modifiers, String name) {
    return modifiers.getAnnotations().stream()
        .filter(each -> each.getAnnotationType().toString().equals(name))
        .map(AnnotationTree::getArguments)
        .map(List::getFirst)
        .map(MappingReader::text)
        .findFirst();
  }

  private static String text(ExpressionTree argument) {
    ExpressionTree value =
        argument instanceof AssignmentTree named ? named.getExpression() : argument;
    return (String) ((LiteralTree) value).getValue();
  }

  private static <T extends Tree> Stream<T> members(ClassTree type, Class<T> kind) {
    return type.getMembers().stream().filter(kind::isInstance).map(kind::cast);
  }
}
