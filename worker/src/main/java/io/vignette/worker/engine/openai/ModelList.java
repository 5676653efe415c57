package io.vignette.worker.engine.openai;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The models a server says it has.
 *
 * @param names empty if it has no such list
 */
record ModelList(List<String> names) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_MAX = 8;
  private static final int NAME_CHARACTERS_MAX = 80;

  ModelList {
    names = List.copyOf(names);
  }

  /** The list in an answer; empty if there is none. */
  static ModelList in(HttpAnswer answer) {
    if (!answer.isSuccess() || !answer.body().isWhole()) {
      return new ModelList(List.of());
    }
    try {
      JsonNode data = JSON.readTree(answer.body().bytes()).path("data");
      return new ModelList(
          StreamSupport.stream(data.spliterator(), false)
              .map(model -> model.path("id").asText(""))
              .filter(name -> !name.isEmpty())
              .toList());
    } catch (JacksonException e) {
      return new ModelList(List.of());
    } catch (IOException e) {
      throw new IllegalStateException("memory refuses to be read", e);
    }
  }

  /**
   * A sentence about a model. A missing name is worth telling but no error: Ollama adds a tag to
   * names, and routers know models that they do not list.
   */
  String describe(String model) {
    if (names.isEmpty()) {
      return "model %s; the server lists none".formatted(model);
    }
    if (names.contains(model) || names.contains(model + ":latest")) {
      return "model " + model;
    }
    String shown =
        names.stream().limit(SHOWN_MAX).map(ModelList::shortened).collect(Collectors.joining(", "));
    return "model %s is not on the server's list (expected: one of %s%s)"
        .formatted(model, shown, names.size() > SHOWN_MAX ? ", …" : "");
  }

  private static String shortened(String name) {
    String line = name.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= NAME_CHARACTERS_MAX
        ? line
        : line.substring(0, NAME_CHARACTERS_MAX) + "…";
  }
}
