package io.vignette.testkit.triton;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a {@link TritonServer} serves, and how.
 *
 * @param repository the model repository; the server gets a copy
 * @param doctors run on the copy before the first start, in order
 * @param arguments further options of {@code tritonserver}
 * @param environment further variables of its processes
 */
public record TritonOptions(
    Path repository,
    List<Doctor> doctors,
    List<String> arguments,
    Map<String, String> environment) {

  /** Changes a copy of a model repository. */
  @FunctionalInterface
  public interface Doctor {
    void treat(Path repository) throws IOException;
  }

  /** Makes defensive copies. */
  public TritonOptions {
    doctors = List.copyOf(doctors);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** This repository's own models, all loaded at start. */
  public static TritonOptions bundledModels() {
    return of(RepositoryFiles.models());
  }

  /** All models of {@code repository}, loaded at start. */
  public static TritonOptions of(Path repository) {
    return new TritonOptions(repository, List.of(), List.of(), Map.of());
  }

  /** The same with {@code doctor} run on the copied repository. */
  public TritonOptions doctoredBy(Doctor doctor) {
    return new TritonOptions(repository, plus(doctors, doctor), arguments, environment);
  }

  /** The same in explicit model control, with only {@code model} and what it needs loaded. */
  public TritonOptions loadingOnly(String model) {
    return with("--model-control-mode=explicit").with("--load-model=" + model);
  }

  /** The same with one more option of {@code tritonserver}. */
  public TritonOptions with(String argument) {
    return new TritonOptions(repository, doctors, plus(arguments, argument), environment);
  }

  /** The same with each model computed by this many threads. */
  public TritonOptions threads(int threads) {
    return new TritonOptions(
        repository,
        doctors,
        arguments,
        Map.of("VIGNETTE_TRITON_THREADS", Integer.toString(threads)));
  }

  private static <T> List<T> plus(List<T> list, T element) {
    List<T> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }
}
