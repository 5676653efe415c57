package io.vignette.service.reference;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** All mappings of the repository, from their sources: nothing needs to be compiled. */
final class MappingSources {
  private static final String MAPPING = "@ConfigMapping(prefix = \"vignette.";

  private final Path root;

  /**
   * @param root the repository's
   */
  MappingSources(Path root) {
    this.root = root;
  }

  /** In the order of their prefixes. */
  List<Section> sections() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjects(sources()));
      return sections(task);
    }
  }

  private List<Section> sections(JavacTask task) throws IOException {
    DocTrees docs = DocTrees.instance(task);
    List<Section> sections = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      ClassTree type = (ClassTree) unit.getTypeDecls().getFirst();
      TreePath path = new TreePath(new TreePath(unit), type);
      new MappingReader(docs, module(unit), path).section().ifPresent(sections::add);
    }
    sections.sort(Comparator.comparing(Section::prefix));
    return sections;
  }

  private String module(CompilationUnitTree unit) {
    return root.relativize(Path.of(unit.getSourceFile().toUri())).getName(0).toString();
  }

  private Path[] sources() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder : modules()) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          if (Files.readString(file).contains(MAPPING)) {
            found.add(file);
          }
        }
      }
    }
    return found.toArray(Path[]::new);
  }

  private List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .map(folder -> folder.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .toList();
    }
  }
}
