package io.vignette.models;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The models of a repository folder, loaded and checked once.
 *
 * <p>Immutable. A model with any mistake makes the whole repository invalid: serving some models
 * and silently not others would turn a typing error into {@code model.unknown}.
 */
public final class ModelRepository {
  private final List<Model> models;

  private ModelRepository(List<Model> models) {
    this.models = List.copyOf(models);
  }

  /**
   * Loads every model of a folder.
   *
   * @throws InvalidModelException if there is no model, or one is incomplete or contradicts itself;
   *     for the person who maintains the folder
   */
  public static ModelRepository load(Path folder) throws InvalidModelException {
    return new ModelRepository(new RepositoryFolder(folder).models());
  }

  /**
   * A repository of one of these models, for a program that needs no other: an engine loads all
   * that it is given.
   */
  public ModelRepository only(Model model) {
    return new ModelRepository(List.of(model));
  }

  /** The model of that name. */
  public Optional<Model> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /** All models, by name; at least one. */
  public List<Model> models() {
    return models;
  }

  /** The model of a request that names none: the first by name. */
  public Model defaultModel() {
    return models.getFirst();
  }
}
