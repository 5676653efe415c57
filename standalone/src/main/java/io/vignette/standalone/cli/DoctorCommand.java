package io.vignette.standalone.cli;

import com.sun.management.OperatingSystemMXBean;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.standalone.composition.EngineChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vignette doctor}: looks at the machine and says what is wrong and what to do. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Checks JDK, cores, memory, models, engine, JPEG decoder, port and disk.")
final class DoctorCommand implements Callable<Integer> {

  private static final int JDK_MIN = 25;
  private static final long GIBIBYTE = 1L << 30;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port that serve would take (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private EngineOptions engineOptions = new EngineOptions();

  private final PrintStream out = System.out;
  private int problems;

  @Override
  public Integer call() {
    check("jdk", this::jdk);
    check("cores", () -> Runtime.getRuntime().availableProcessors() + " cores");
    check("memory", this::memory);
    check("disk", this::disk);
    check("models", this::models);
    check("engine", this::engine);
    adviseOnJpegs();
    check("port", this::portIsFree);
    if (problems == 0) {
      out.println("Everything is in order: ./vignette caption samples/");
      return Program.OK;
    }
    out.println(problems + (problems == 1 ? " problem." : " problems."));
    return Program.SOME_FAILED;
  }

  /** No problem: everything works without it. */
  private void adviseOnJpegs() {
    String found = JpegAdvice.get().map(advice -> "SLOW   " + advice).orElse("ok     libturbojpeg");
    out.printf("%-8s %s%n", "jpeg", found);
  }

  /** Something to look at: says what it found, or throws with what is wrong and what to do. */
  @FunctionalInterface
  private interface Check {
    String look() throws Exception;
  }

  private void check(String name, Check check) {
    try {
      out.printf("%-8s ok     %s%n", name, check.look());
    } catch (Exception e) {
      problems++;
      out.printf("%-8s WRONG  %s%n", name, e.getMessage());
    }
  }

  private String jdk() throws UsageException {
    int feature = Runtime.version().feature();
    if (feature < JDK_MIN) {
      throw new UsageException("JDK " + feature + " (expected: 25 or newer; install one)");
    }
    return Runtime.version() + ", " + System.getProperty("java.home");
  }

  private String memory() throws UsageException {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long free = machine.getFreeMemorySize();
    String found =
        String.format(
            "%.1f GiB, %.1f GiB free, heap at most %d MiB",
            (double) machine.getTotalMemorySize() / GIBIBYTE,
            (double) free / GIBIBYTE,
            Runtime.getRuntime().maxMemory() >> 20);
    if (machine.getTotalMemorySize() < GIBIBYTE) {
      throw new UsageException(found + " (expected: at least 1 GiB in all)");
    }
    return found;
  }

  private String disk() throws IOException, UsageException {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    FileStore store = Files.getFileStore(temp);
    String found =
        String.format("%.1f GiB free in %s", (double) store.getUsableSpace() / GIBIBYTE, temp);
    if (!Files.isWritable(temp) || store.getUsableSpace() < GIBIBYTE / 2) {
      throw new UsageException(
          found
              + " (expected: 0.5 GiB in a folder that can be written; or name one with --data-dir)");
    }
    return found;
  }

  private String models() throws UsageException {
    ModelRepository repository = modelOptions.loadAll(engineOptions);
    return (engineOptions.takesWords() ? "the server's" : modelOptions.folder().path())
        + ": "
        + String.join(", ", repository.models().stream().map(Model::name).toList());
  }

  /** Loads the model and captions a grey picture. */
  private String engine() throws Exception {
    EngineChoice choice = engineOptions.choose(modelOptions.name());
    Model model = modelOptions.choose(engineOptions);
    return switch (choice) {
      case EngineChoice.InProcess inProcess -> trial(model, choice, "ONNX Runtime");
      case EngineChoice.Triton triton ->
          trial(model, choice, "Triton at " + triton.settings().connection().endpoint());
      case EngineChoice.OpenAi openAi -> ServerTrial.caption(model, openAi.settings());
    };
  }

  private static String trial(Model model, EngineChoice choice, String where) throws Exception {
    try (ModelTrial trial = ModelTrial.load(model, choice)) {
      long millis = trial.caption(ModelTrial.grey(model)).took().toMillis();
      return where + ", " + model.name() + " answers in " + millis + " ms";
    }
  }

  private String portIsFree() throws UsageException {
    return LoopbackPort.probe(port) + " on 127.0.0.1 is free";
  }
}
