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
  private final Model defaultModel;

  private ModelRepository(List<Model> models, Model defaultModel) {
    this.models = List.copyOf(models);
    this.defaultModel = defaultModel;
  }

  /**
   * Loads every model of a folder.
   *
   * @throws InvalidModelException if there is no model, or one is incomplete or contradicts itself;
   *     for the person who maintains the folder
   */
  public static ModelRepository load(Path folder) throws InvalidModelException {
    List<Model> models = new RepositoryFolder(folder).models();
    return new ModelRepository(models, models.getFirst());
  }

  /**
   * The names of a folder's models, without looking into them.
   *
   * @throws InvalidModelException if the folder can't be read
   */
  public static List<String> names(Path folder) throws InvalidModelException {
    return new RepositoryFolder(folder).modelNames();
  }

  /**
   * Loads one model of a folder, whatever the state of the others.
   *
   * @throws InvalidModelException if it is incomplete or contradicts itself
   */
  public static Model load(Path folder, String name) throws InvalidModelException {
    return new ModelFolders(folder, name).load();
  }

  /** One model alone, for a program that needs no other: an engine loads all that it is given. */
  public static ModelRepository of(Model model) {
    return new ModelRepository(List.of(model), model);
  }

  /**
   * The same repository with another model for requests that name none.
   *
   * @param model one of this repository's
   */
  public ModelRepository withDefault(Model model) {
    return new ModelRepository(models, model);
  }

  /** The model of that name. */
  public Optional<Model> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /** All models, by name; at least one. */
  public List<Model> models() {
    return models;
  }

  /** The model of a request that names none: the first by name, unless another was chosen. */
  public Model defaultModel() {
    return defaultModel;
  }
}
