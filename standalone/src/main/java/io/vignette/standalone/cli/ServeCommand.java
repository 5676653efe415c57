package io.vignette.standalone.cli;

import io.vignette.models.ModelRepository;
import io.vignette.standalone.captioning.Interruption;
import io.vignette.standalone.composition.EngineChoice;
import io.vignette.standalone.composition.OneJvm;
import io.vignette.standalone.composition.RunningSystem;
import io.vignette.standalone.composition.SystemSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vignette serve}: the system staying up, with REST on the loopback. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Keeps the system up: REST, a page to try it, metrics and health on 127.0.0.1.")
final class ServeCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port of the REST interface, 0 = a free one (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Keep all data there: Kafka's, uploads, the table of jobs (default: a private folder,"
              + " deleted at the end).")
  private @Nullable Path dataFolder;

  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private EngineOptions engineOptions = new EngineOptions();
  @Mixin private LimitOptions limitOptions = new LimitOptions();
  @Mixin private LogOptions logOptions = new LogOptions();

  private final Interruption interruption = new Interruption();
  private final CompletableFuture<Void> stop = new CompletableFuture<>();
  private final PrintStream out = System.out;

  @Override
  public Integer call() throws Exception {
    logOptions.apply();
    EngineChoice engine = engineOptions.choose(modelOptions.name());
    ModelRepository repository = modelOptions.loadAll(engineOptions);
    port = LoopbackPort.probe(port);
    SystemSettings settings =
        new SystemSettings(
            repository,
            engine,
            limitOptions.limits(),
            Optional.ofNullable(dataFolder),
            Optional.of(port));
    Signals.handle(
        signal -> {
          stop.complete(null);
          return interruption.request(signal);
        });
    return OneJvm.run(settings, this::serve);
  }

  private int serve(RunningSystem system) throws Exception {
    system.brokerFault().thenAccept(stop::completeExceptionally);
    system.gateway().fault().thenAccept(stop::completeExceptionally);
    CompletableFuture<Void> ready =
        CompletableFuture.allOf(
            system.gateway().ready().toCompletableFuture(),
            system.worker().ready().toCompletableFuture());
    // A signal, or a fault of the broker, may come before everything is up.
    CompletableFuture.anyOf(ready, stop).get();
    if (stop.isDone()) {
      stop.get();
      return Program.OK;
    }
    try (ServeAddress address =
        ServeAddress.publish(system.bootstrapServers(), Optional.ofNullable(dataFolder))) {
      greet(address);
      stop.get();
    }
    out.println("stopping");
    return Program.OK;
  }

  private void greet(ServeAddress address) {
    String url = "http://127.0.0.1:" + port;
    out.println("Vignette is up.");
    out.println("  page      " + url + "/");
    out.println("  OpenAPI   " + url + "/q/openapi   (to browse: " + url + "/q/swagger-ui)");
    out.println("  metrics   " + url + "/q/metrics    health " + url + "/q/health");
    out.println(
        "  results   ./vignette results --follow   (Kafka at " + address.bootstrapServers() + ")");
    out.println("Try it:");
    out.println(
        "  curl -s -F image=@"
            + Path.of(System.getProperty("vignette.home", ""))
                .resolve("samples/blue-star-above-orange-square.png")
            + " -H 'Prefer: wait=10' "
            + (needsKey() ? "-H 'Authorization: Bearer KEY' " : "")
            + url
            + "/v1/captions");
    out.println("Ctrl-C stops it.");
    out.flush();
  }

  private static boolean needsKey() {
    return ConfigProvider.getConfig()
        .getOptionalValue("vignette.access.keys-file", String.class)
        .isPresent();
  }
}
