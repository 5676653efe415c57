package io.vignette.standalone.input;

import io.vignette.wire.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The list of pictures that the user's arguments mean.
 *
 * <p>An argument is a folder, a file, a glob, {@code @list.txt} (a file with one path a line) or
 * {@code -} (such a list on standard input). From folders and globs only files with a picture's
 * suffix are taken, in the order of their names; a file named outright is taken whatever its suffix
 * is. The order of the arguments is kept; a picture named twice is taken once.
 *
 * <p>Not thread-safe.
 */
public final class ImageInputs {

  private static final Set<String> SUFFIXES =
      Set.of("jpg", "jpeg", "png", "bmp", "gif", "webp", "tiff", "tif");

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path base;
  private final boolean recursive;
  private final IdRule idRule;
  private final InputStream standardInput;

  /**
   * With several arguments a path id starts with the argument, so that two folders don't collide.
   */
  private boolean severalArguments;

  private final Map<Path, NamedImage> images = new LinkedHashMap<>();
  private final List<Path> passedOver = new ArrayList<>();
  private final Map<String, Path> fileOfId = new LinkedHashMap<>();

  /**
   * @param base the folder that relative arguments start from
   * @param standardInput read when an argument is {@code -}
   */
  public ImageInputs(Path base, boolean recursive, IdRule idRule, InputStream standardInput) {
    this.base = base;
    this.recursive = recursive;
    this.idRule = idRule;
    this.standardInput = standardInput;
  }

  /**
   * Collects what the arguments mean.
   *
   * @throws InputException if an argument names nothing, a folder has no pictures, a list can't be
   *     read or two pictures would get the same id
   */
  public List<NamedImage> collect(List<String> arguments) throws InputException {
    severalArguments = arguments.size() > 1;
    for (String argument : arguments) {
      if (argument.equals("-")) {
        addList("standard input", standardInput);
      } else if (argument.startsWith("@") && argument.length() > 1) {
        addListFile(argument.substring(1));
      } else {
        addArgument(argument);
      }
    }
    return new ArrayList<>(images.values());
  }

  private void addArgument(String argument) throws InputException {
    Path path = resolve(argument);
    if (Files.isDirectory(path)) {
      addFolder(argument, path, severalArguments);
    } else if (Files.exists(path)) {
      add(path, Path.of(argument).normalize());
    } else if (isGlob(argument)) {
      addGlob(argument);
    } else {
      throw new InputException(
          Reason.IMAGE_NOT_FOUND,
          "input: "
              + argument
              + " does not exist (expected: a picture, a folder, a glob, @list or -)");
    }
  }

  private Path resolve(String argument) throws InputException {
    try {
      return base.resolve(argument).normalize();
    } catch (InvalidPathException e) {
      throw new InputException(
          Reason.REQUEST_INVALID, "input: '" + argument + "' is no path: " + e.getReason());
    }
  }

  private void addFolder(String argument, Path folder, boolean prefixed) throws InputException {
    List<Path> found = pictures(folder, recursive ? Integer.MAX_VALUE : 1);
    if (found.isEmpty()) {
      throw new InputException(
          Reason.IMAGE_NOT_FOUND,
          "input: folder "
              + argument
              + " has no pictures (expected: "
              + suffixes()
              + (recursive ? ")" : "; -r looks into its folders as well)"));
    }
    Path prefix = prefixed ? Path.of(argument).normalize() : Path.of("");
    for (Path file : found) {
      add(file, prefix.resolve(folder.relativize(file)));
    }
  }

  /** The pictures below a folder; folders that can't be read are noted and passed over. */
  private List<Path> pictures(Path folder, int depth) throws InputException {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          depth,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!attributes.isDirectory() && isPicture(file)) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              if (file.equals(folder)) {
                throw failure;
              }
              noteFailed(file, found);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new InputException(
          Reason.IMAGE_UNREADABLE, "input: folder " + folder + " can't be read: " + e);
    }
    Collections.sort(found);
    return found;
  }

  /** A broken link to a picture stays in the list and becomes an error record of its own. */
  private void noteFailed(Path file, List<Path> found) {
    if (isPicture(file)) {
      found.add(file);
    } else {
      passedOver.add(file);
    }
  }

  /** Folders below the named ones that could not be read. */
  public List<Path> passedOver() {
    return List.copyOf(passedOver);
  }

  private void addGlob(String glob) throws InputException {
    Path fixed = fixedPart(glob);
    PathMatcher matcher =
        FileSystems.getDefault()
            .getPathMatcher("glob:" + base.resolve(fixed).normalize().resolve(rest(glob, fixed)));
    List<Path> found =
        Files.isDirectory(base.resolve(fixed))
            ? pictures(base.resolve(fixed).normalize(), Integer.MAX_VALUE).stream()
                .filter(matcher::matches)
                .toList()
            : List.of();
    if (found.isEmpty()) {
      throw new InputException(
          Reason.IMAGE_NOT_FOUND,
          "input: " + glob + " matches no picture (expected: at least one of " + suffixes() + ")");
    }
    Path prefix = severalArguments ? fixed.normalize() : Path.of("");
    for (Path file : found) {
      add(file, prefix.resolve(base.resolve(fixed).normalize().relativize(file)));
    }
  }

  /** The folders of a glob before its first wildcard. */
  private static Path fixedPart(String glob) {
    int wildcard = firstWildcard(glob);
    int slash = glob.lastIndexOf('/', wildcard);
    return slash < 0 ? Path.of("") : Path.of(slash == 0 ? "/" : glob.substring(0, slash));
  }

  private static String rest(String glob, Path fixed) {
    int slash = glob.lastIndexOf('/', firstWildcard(glob));
    return fixed.toString().isEmpty() ? glob : glob.substring(slash + 1);
  }

  private static int firstWildcard(String glob) {
    int first = glob.length();
    for (char wildcard : new char[] {'*', '?', '[', '{'}) {
      int at = glob.indexOf(wildcard);
      first = at >= 0 ? Math.min(first, at) : first;
    }
    return first;
  }

  private static boolean isGlob(String argument) {
    return firstWildcard(argument) < argument.length();
  }

  private void addListFile(String name) throws InputException {
    try (InputStream list = Files.newInputStream(resolve(name))) {
      addList("list " + name, list);
    } catch (IOException e) {
      throw new InputException(
          Reason.IMAGE_UNREADABLE,
          "input: list " + name + " can't be read (expected: a file with one path a line)");
    }
  }

  private void addList(String name, InputStream list) throws InputException {
    try {
      for (String line : text(name, list).lines().toList()) {
        if (!line.isBlank()) {
          addListed(line.strip());
        }
      }
    } catch (IOException e) {
      throw new InputException(
          Reason.IMAGE_UNREADABLE, "input: " + name + " can't be read: " + e.getMessage());
    }
  }

  /** The text of a list, without the byte order mark that some editors put first. */
  private static String text(String name, InputStream list) throws IOException, InputException {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(list.readAllBytes()))
              .toString();
      if (text.indexOf('\0') >= 0) {
        throw notText(name, "NUL characters");
      }
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw notText(name, "not UTF-8");
    }
  }

  private static InputException notText(String name, String found) {
    return new InputException(
        Reason.REQUEST_INVALID,
        "input: " + name + ": " + found + " (expected: one path a line, in UTF-8)");
  }

  /** A file of a list that is missing costs its own item only: it becomes an error record. */
  private void addListed(String line) throws InputException {
    Path path = resolve(line);
    if (Files.isDirectory(path)) {
      addFolder(line, path, true);
    } else {
      add(path, Path.of(line).normalize());
    }
  }

  private void add(Path file, Path relative) throws InputException {
    Path absolute = file.toAbsolutePath().normalize();
    if (images.containsKey(absolute)) {
      return;
    }
    String id = idRule.idOf(relative);
    Path other = fileOfId.putIfAbsent(id, absolute);
    if (other != null) {
      throw new InputException(
          Reason.REQUEST_INVALID,
          "id: '"
              + id
              + "' would name both "
              + other
              + " and "
              + absolute
              + " (expected: unique ids; use --id path and one common folder)");
    }
    images.put(absolute, new NamedImage(id, absolute));
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot >= 0 && SUFFIXES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private static String suffixes() {
    return String.join(", ", SUFFIXES.stream().sorted().toList());
  }
}
