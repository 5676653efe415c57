package io.vignette.standalone.cli;

import io.vignette.images.ImageLimits;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.standalone.bench.BenchFigures;
import io.vignette.standalone.bench.BenchReport;
import io.vignette.standalone.bench.EngineAlone;
import io.vignette.standalone.captioning.CaptionPlan;
import io.vignette.standalone.captioning.CaptionRun;
import io.vignette.standalone.captioning.Interruption;
import io.vignette.standalone.captioning.Progress;
import io.vignette.standalone.captioning.RunFigures;
import io.vignette.standalone.composition.EngineChoice;
import io.vignette.standalone.composition.OneJvm;
import io.vignette.standalone.composition.RunEngine;
import io.vignette.standalone.composition.RunningSystem;
import io.vignette.standalone.composition.SystemSettings;
import io.vignette.standalone.input.IdRule;
import io.vignette.standalone.input.ImageInputs;
import io.vignette.standalone.input.InputException;
import io.vignette.standalone.input.NamedImage;
import io.vignette.standalone.output.Journal;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import io.vignette.worker.engine.triton.TritonListener;
import io.vignette.worker.load.EngineLoad;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vignette bench}: how much of what this machine and an engine can do is reached. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures the engine alone, then the same engine behind everything, and says what bounds it."
            + " Run it on a machine that does nothing else.")
final class BenchCommand implements Callable<Integer> {
  private static final int IMAGES_MIN = 100;
  private static final Duration ENGINE_START = Duration.ofMinutes(5);

  /** Pictures that the engine alone is given; more would only take longer to prepare. */
  private static final int READY_MAX = 64;

  @Parameters(
      arity = "0..*",
      paramLabel = "INPUT",
      description =
          "Folders or pictures, taken in turn until there are as many as --images (default: the"
              + " bundled samples).")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Images through everything, from 100 (default: ${DEFAULT-VALUE}).")
  private int images = 3000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Time of the engine alone, from 1 (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Also write the table and a plot there: bench.md and bench.svg.")
  private @Nullable Path report;

  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private EngineOptions engineOptions = new EngineOptions();
  @Mixin private LogOptions logOptions = new LogOptions();

  private final Interruption interruption = new Interruption();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @Override
  public Integer call() throws Exception {
    logOptions.apply();
    requireFrom("--images", images, IMAGES_MIN);
    requireFrom("--seconds", seconds, 1);
    EngineChoice engine = engineOptions.choose(modelOptions.name());
    Model model = modelOptions.choose(engineOptions);
    List<Path> files = files();
    err.printf("vignette: the engine alone, %d s%n", seconds);
    EngineAlone.Result alone = alone(engine, model, files);
    err.printf("vignette: %d images through everything%n", images);
    SystemSettings settings =
        new SystemSettings(
            ModelRepository.of(model),
            engine,
            ImageLimits.defaults(),
            Optional.empty(),
            Optional.empty());
    Signals.handle(interruption::request);
    return OneJvm.run(settings, system -> throughEverything(system, model, files, alone));
  }

  private static void requireFrom(String option, int value, int least) throws UsageException {
    if (value < least) {
      throw new UsageException("%s: %d (expected: %d or more)".formatted(option, value, least));
    }
  }

  private List<Path> files() throws UsageException {
    List<String> named =
        inputs.isEmpty()
            ? List.of(
                Path.of(System.getProperty("vignette.home", "")).resolve("samples").toString())
            : inputs;
    try {
      return new ImageInputs(Path.of("").toAbsolutePath(), true, IdRule.PATH, System.in)
          .collect(named).stream().map(NamedImage::file).toList();
    } catch (InputException e) {
      throw new UsageException(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private EngineAlone.Result alone(EngineChoice choice, Model model, List<Path> files)
      throws UsageException, InterruptedException {
    try (CaptionEngine engine =
        choice.engine(
            ModelRepository.of(model), onnx(), Clock.systemUTC(), () -> TritonListener.NONE)) {
      engine.start();
      engine.ready().toCompletableFuture().get(ENGINE_START.toSeconds(), TimeUnit.SECONDS);
      return EngineAlone.measure(
          engine,
          model,
          files.subList(0, Math.min(files.size(), READY_MAX)),
          List.of(),
          Duration.ofSeconds(seconds));
    } catch (ExecutionException e) {
      throw new UsageException(
          "engine: " + Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(""));
    } catch (TimeoutException e) {
      throw new UsageException("engine: not ready within %d s".formatted(ENGINE_START.toSeconds()));
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static OnnxSettings onnx() throws UsageException {
    try {
      return RunEngine.settings();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private int throughEverything(
      RunningSystem system, Model model, List<Path> files, EngineAlone.Result alone)
      throws Exception {
    Path scratch = Files.createTempFile("vignette-bench", ".jsonl");
    try (Journal journal = Journal.append(scratch);
        Progress progress = Progress.lines(err)) {
      CaptionPlan plan =
          new CaptionPlan(
              inTurn(files), List.of(), Optional.of(model.name()), Generation.getDefaultInstance());
      CaptionRun run =
          new CaptionRun(plan, Map.of(), system.runFiles(), journal, interruption, progress);
      EngineLoad.Snapshot load = RunningCaptions.run(system, run);
      journal.remove();
      if (interruption.isRequested()) {
        return interruption.exitCode();
      }
      return told(model, new Found(alone, run.figures(), load));
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  private record Found(EngineAlone.Result alone, RunFigures run, EngineLoad.Snapshot load) {
    BenchFigures figures() {
      return new BenchFigures(
          alone,
          run.completed(),
          run.steadyImagesPerSecond(),
          load,
          run.cpuMillisPerImage(),
          run.requestsPerImage(),
          run.recordsPerImage(),
          Runtime.getRuntime().availableProcessors());
    }
  }

  private int told(Model model, Found found) throws UsageException {
    BenchReport written = new BenchReport(found.figures(), conditions(model));
    out.print(written.text());
    if (found.run().failed() > 0) {
      err.printf("vignette: %d images failed: %s%n", found.run().failed(), found.run().failures());
    }
    if (report != null) {
      try {
        written.write(report);
      } catch (IOException e) {
        throw new UsageException(
            "--report: %s can't be written: %s (expected: a folder that can)"
                .formatted(report, e.getMessage()));
      }
    }
    return found.run().failed() > 0 ? Program.SOME_FAILED : Program.OK;
  }

  private String conditions(Model model) {
    return "%s, model %s, Java %s, %d processors"
        .formatted(
            new Program.Version().getVersion()[0],
            model.name(),
            Runtime.version(),
            Runtime.getRuntime().availableProcessors());
  }

  private List<NamedImage> inTurn(List<Path> files) {
    List<NamedImage> named = new ArrayList<>(images);
    for (int i = 0; i < images; i++) {
      named.add(new NamedImage(Integer.toString(i), files.get(i % files.size())));
    }
    return named;
  }
}
