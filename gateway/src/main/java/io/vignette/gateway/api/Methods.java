package io.vignette.gateway.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The methods that each path of the interface takes, read from the resources' annotations.
 *
 * <p>The REST framework refuses other methods without naming those it takes (RFC 9110, 15.5.6), and
 * answers OPTIONS with those of a whole class. Thread-safe.
 */
@ApplicationScoped
public class Methods {
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

  private final Map<Pattern, Set<String>> methodsByPath = new LinkedHashMap<>();

  @Inject
  public Methods(BeanManager beans) {
    Map<String, Set<String>> byTemplate = new LinkedHashMap<>();
    for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      Path path = bean.getBeanClass().getAnnotation(Path.class);
      if (path != null) {
        read(bean.getBeanClass(), path.value(), byTemplate);
      }
    }
    byTemplate.forEach((path, methods) -> methodsByPath.put(patternOf(path), complete(methods)));
  }

  /** In alphabetical order; empty where the path is not one of the interface. */
  Set<String> of(String path) {
    String trimmed =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return methodsByPath.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(trimmed).matches())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(Set.of());
  }

  private static void read(Class<?> resource, String root, Map<String, Set<String>> byTemplate) {
    for (Method method : resource.getMethods()) {
      Stream.of(method.getAnnotations())
          .map(Annotation::annotationType)
          .map(type -> type.getAnnotation(HttpMethod.class))
          .filter(found -> found != null)
          .forEach(
              found ->
                  byTemplate
                      .computeIfAbsent(
                          joined(root, method.getAnnotation(Path.class)), none -> new TreeSet<>())
                      .add(found.value()));
    }
  }

  private static String joined(String root, @Nullable Path path) {
    return "/"
        + Stream.of(root, path == null ? "" : path.value())
            .flatMap(part -> Stream.of(part.split("/")))
            .filter(segment -> !segment.isEmpty())
            .collect(Collectors.joining("/"));
  }

  private static Set<String> complete(Set<String> methods) {
    Set<String> all = new TreeSet<>(methods);
    all.add(HttpMethod.OPTIONS);
    if (methods.contains(HttpMethod.GET)) {
      all.add(HttpMethod.HEAD);
    }
    return all;
  }

  private static Pattern patternOf(String template) {
    return Pattern.compile(
        Stream.of(template.split("/", -1))
            .map(segment -> PARAMETER.matcher(segment).find() ? "[^/]+" : Pattern.quote(segment))
            .collect(Collectors.joining("/")));
  }
}
