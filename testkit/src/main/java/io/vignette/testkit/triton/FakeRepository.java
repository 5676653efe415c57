package io.vignette.testkit.triton;

import com.google.protobuf.TextFormat;
import io.vignette.proto.inference.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** The models of a {@link FakeTriton}, by their names. */
final class FakeRepository {

  private static final TextFormat.Parser PARSER =
      TextFormat.Parser.newBuilder().setAllowUnknownFields(true).build();

  private final Map<String, FakeModel> models = new TreeMap<>();

  /** Reads every {@code config.pbtxt} one folder below {@code folder}. */
  FakeRepository(Path folder, ScheduledExecutorService timer) throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path model : folders.toList()) {
        Path file = model.resolve("config.pbtxt");
        if (Files.exists(file)) {
          String name = model.getFileName().toString();
          models.put(name, new FakeModel(read(name, file), timer));
        }
      }
    }
  }

  private static ModelConfig read(String folderName, Path file) throws IOException {
    ModelConfig.Builder config = ModelConfig.newBuilder();
    PARSER.merge(Files.readString(file), config);
    if (config.getName().isEmpty()) {
      config.setName(folderName);
    }
    return config.build();
  }

  /**
   * The model of this name, loaded or not.
   *
   * @throws io.grpc.StatusRuntimeException NOT_FOUND if there is none
   */
  FakeModel model(String name) {
    FakeModel model = models.get(name);
    if (model == null) {
      throw Fault.unknownModel(name).asException();
    }
    return model;
  }

  /**
   * The same, but only if it is loaded.
   *
   * @throws io.grpc.StatusRuntimeException NOT_FOUND if it isn't there
   */
  FakeModel loadedModel(String name) {
    FakeModel model = model(name);
    if (!model.isLoaded()) {
      throw Fault.noVersion(name).asException();
    }
    return model;
  }

  /** False also for models that nobody knows, as the real server has it. */
  boolean isLoaded(String name) {
    FakeModel model = models.get(name);
    return model != null && model.isLoaded();
  }

  Collection<FakeModel> models() {
    return models.values();
  }
}
