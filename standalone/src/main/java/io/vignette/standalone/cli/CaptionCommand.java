package io.vignette.standalone.cli;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.standalone.captioning.CaptionPlan;
import io.vignette.standalone.captioning.CaptionRun;
import io.vignette.standalone.captioning.Interruption;
import io.vignette.standalone.captioning.Progress;
import io.vignette.standalone.composition.EngineChoice;
import io.vignette.standalone.composition.OneJvm;
import io.vignette.standalone.composition.RunningSystem;
import io.vignette.standalone.composition.SystemException;
import io.vignette.standalone.composition.SystemSettings;
import io.vignette.standalone.input.IdRule;
import io.vignette.standalone.input.ImageInputs;
import io.vignette.standalone.input.InputException;
import io.vignette.standalone.input.NamedImage;
import io.vignette.standalone.output.EarlierRecords;
import io.vignette.standalone.output.Journal;
import io.vignette.standalone.output.OutputException;
import io.vignette.standalone.output.OutputFile;
import io.vignette.standalone.output.Sidecars;
import io.vignette.worker.load.EngineLoad;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vignette caption}: captions pictures and writes one file. */
@Command(
    name = "caption",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Captions pictures, or answers questions about them, and writes captions.json.")
final class CaptionCommand implements Callable<Integer> {

  /** What is written beside each picture. */
  enum SidecarKind {
    TXT
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description =
          "Folders, pictures, globs, @list.txt (one path a line) or - (such a list on standard"
              + " input). Taken from folders: bmp, gif, jpeg, jpg, png, tif, tiff, webp.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = {"-r", "--recursive"},
      description = "Look into the folders of folders as well.")
  private boolean recursive;

  @Mixin private PromptOptions asked = new PromptOptions();
  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The output: .json, .jsonl or .csv (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("captions.json");

  @Option(
      names = "--id",
      paramLabel = "path|stem",
      description = "The id of a picture: its relative path, or its name without suffix.")
  private IdRule idRule = IdRule.PATH;

  @Option(
      names = "--sidecar",
      paramLabel = "txt",
      description = "Also write one text file beside each picture.")
  private @Nullable SidecarKind sidecar;

  @Option(names = "--overwrite", description = "Replace an existing output and existing sidecars.")
  private boolean overwrite;

  @Option(
      names = "--skip-existing",
      description =
          "Keep the captions of an existing output and go on with the rest. A picture is known by"
              + " its id. Records of pictures that are not among the inputs are kept too; they"
              + " come first, in their earlier order.")
  private boolean skipExisting;

  @Mixin private EngineOptions engineOptions = new EngineOptions();
  @Mixin private LimitOptions limitOptions = new LimitOptions();
  @Mixin private LogOptions logOptions = new LogOptions();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keep Kafka's data there (default: a private folder, deleted at the end).")
  private @Nullable Path dataFolder;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress, no summary.")
  private boolean quiet;

  @Option(
      names = "--json-summary",
      paramLabel = "FILE",
      description = "Write the figures of the run as JSON.")
  private @Nullable Path jsonSummary;

  private final Interruption interruption = new Interruption();
  private final PrintStream err = System.err;

  @Override
  public Integer call() throws Exception {
    logOptions.apply();
    EngineChoice engine = engineOptions.choose(modelOptions.name());
    Model model = modelOptions.choose(engineOptions);
    ModelRepository repository = repositoryFor(model);
    asked.check(repository, model);
    OutputFile output = outputFile();
    SummaryFile.check(jsonSummary);
    List<NamedImage> images = images();
    checkSidecars(images);
    CaptionPlan plan =
        new CaptionPlan(images, asked.prompts(), Optional.of(model.name()), asked.generation());
    if (!quiet && !model.profile().notice().isBlank()) {
      err.println(model.profile().notice());
    }
    SystemSettings settings =
        new SystemSettings(
            repository,
            engine,
            limitOptions.limits(),
            Optional.ofNullable(dataFolder),
            Optional.empty());
    Signals.handle(this::interrupt);
    try (Journal journal = Journal.append(output.path());
        Progress progress = progress(images.size())) {
      EarlierRecords earlier = earlier(plan, output, journal);
      return OneJvm.run(
          settings, system -> caption(system, plan, earlier, output, journal, progress));
    } catch (SystemException e) {
      throw e.cause(OutputException.class).<Exception>map(this::unwritable).orElse(e);
    }
  }

  /** A kept queue may hold jobs for other models; a private one holds only this run's. */
  private ModelRepository repositoryFor(Model model) throws UsageException {
    return dataFolder == null ? ModelRepository.of(model) : modelOptions.loadAll(engineOptions);
  }

  private UsageException unwritable(OutputException failure) {
    return new UsageException(
        failure.getMessage()
            + " (expected: room, and the right to write). What is finished is kept in "
            + Journal.beside(out)
            + ": the same command with --skip-existing goes on.");
  }

  private OutputFile outputFile() throws UsageException {
    try {
      OutputFile output = new OutputFile(out);
      if (output.exists() && !skipExisting && !overwrite) {
        throw new UsageException(
            "output: "
                + out
                + " is there already (--skip-existing goes on with it, --overwrite replaces it,"
                + " --out names another file)");
      }
      return output;
    } catch (OutputException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private List<NamedImage> images() throws UsageException {
    try {
      ImageInputs named =
          new ImageInputs(Path.of("").toAbsolutePath(), recursive, idRule, System.in);
      List<NamedImage> images = named.collect(inputs);
      for (Path folder : named.passedOver()) {
        err.println("vignette: folder " + folder + " can't be read and is passed over");
      }
      return images;
    } catch (InputException e) {
      throw new UsageException(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private void checkSidecars(List<NamedImage> images) throws UsageException {
    if (sidecar == null) {
      return;
    }
    try {
      Sidecars.check(images.stream().map(NamedImage::file).toList());
    } catch (OutputException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private EarlierRecords earlier(CaptionPlan plan, OutputFile output, Journal journal)
      throws UsageException {
    try {
      if (skipExisting) {
        Set<String> ids = plan.images().stream().map(NamedImage::id).collect(Collectors.toSet());
        return EarlierRecords.read(output, journal, ids, asked::isAnsweredBy);
      }
      journal.remove();
      return EarlierRecords.none(journal);
    } catch (OutputException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Progress progress(int total) {
    if (quiet) {
      return Progress.silent();
    }
    boolean terminal = System.console() != null && System.console().isTerminal();
    return terminal ? Progress.bar(total, err) : Progress.lines(err);
  }

  /** What the engine has in hand is waited for, which takes as long as a server takes. */
  private boolean interrupt(int signal) {
    boolean isFirst = interruption.request(signal);
    if (isFirst && !quiet) {
      err.printf(
          "%nvignette: stopping; what is finished will be written (the signal again ends it at"
              + " once)%n");
    }
    return isFirst;
  }

  private int caption(
      RunningSystem system,
      CaptionPlan plan,
      EarlierRecords earlier,
      OutputFile output,
      Journal journal,
      Progress progress)
      throws Exception {
    CaptionRun run =
        new CaptionRun(
            plan, earlier.positions(), system.runFiles(), journal, interruption, progress);
    EngineLoad.Snapshot load = RunningCaptions.run(system, run);
    progress.close();
    write(run, earlier, output, journal);
    return report(new RunReport(run.figures(), system.phases().millis(), load), run, output);
  }

  private void write(CaptionRun run, EarlierRecords earlier, OutputFile output, Journal journal)
      throws OutputException {
    output.write(
        earlier.questionsWith(asked.questions()),
        sink -> {
          earlier.forEachOther(sink);
          run.forEachRecord((image, record) -> sink.accept(record));
        });
    if (sidecar != null) {
      writeSidecars(run);
    }
    journal.remove();
  }

  private void writeSidecars(CaptionRun run) throws OutputException {
    Sidecars sidecars = new Sidecars(overwrite);
    AtomicInteger kept = new AtomicInteger();
    run.forEachRecord(
        (image, record) -> {
          if (!sidecars.write(image.file(), record)) {
            kept.incrementAndGet();
          }
        });
    if (kept.get() > 0 && !quiet) {
      err.printf("sidecars: %d existing files kept (--overwrite replaces them)%n", kept.get());
    }
  }

  private int report(RunReport report, CaptionRun run, OutputFile output) {
    boolean summarized = jsonSummary == null || summarize(report, jsonSummary);
    if (!quiet) {
      report.print(err, out);
    }
    if (interruption.isRequested()) {
      err.printf(
          "vignette: interrupted; %d of %d pictures are in %s. The same command with"
              + " --skip-existing goes on.%n",
          run.figures().kept() + run.figures().completed(), run.figures().total(), output.path());
      return interruption.exitCode();
    }
    if (!summarized) {
      return Program.USAGE;
    }
    return run.figures().failed() > 0 ? Program.SOME_FAILED : Program.OK;
  }

  /** The captions are written by now: what goes wrong here costs the figures only. */
  private boolean summarize(RunReport report, Path file) {
    try {
      SummaryFile.write(file, report.summary());
      return true;
    } catch (IOException e) {
      err.println(
          "vignette: --json-summary: "
              + file
              + " can't be written: "
              + e.getMessage()
              + ". The captions are in "
              + out
              + ".");
      return false;
    }
  }
}
