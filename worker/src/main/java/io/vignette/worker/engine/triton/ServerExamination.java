package io.vignette.worker.engine.triton;

import io.grpc.MethodDescriptor;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc;
import io.vignette.proto.inference.ModelConfigRequest;
import io.vignette.proto.inference.ModelConfigResponse;
import io.vignette.proto.inference.ModelMetadataRequest;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.triton.ModelContract.Described;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Looks at a server: whether it has the repository's models as the repository has them, and whether
 * they answer.
 *
 * <p>Only an inference tells whether a model lives: Triton reports one whose process has died as
 * ready. The inference has one row; what it says does not matter. A full queue tells nothing: a
 * dead process has one too.
 *
 * <p>Thread-safe. Stages end exceptionally by {@link InferenceFailure} or {@link
 * ModelMismatchException}, both with a sentence for an operator.
 */
final class ServerExamination {
  private final TritonConnection connection;
  private final ModelRepository repository;
  private final Duration timeout;

  ServerExamination(TritonConnection connection, ModelRepository repository, Duration timeout) {
    this.connection = connection;
    this.repository = repository;
    this.timeout = timeout;
  }

  /**
   * What a server is like.
   *
   * @param models all models of the repository, by name
   * @param busy why an inference was not tried, if a queue was full
   */
  record Findings(Map<String, ServedModel> models, Optional<InferenceFailure> busy) {}

  /** Compares what the server says of each model, and infers with each. */
  CompletableFuture<Findings> examine() {
    List<CompletableFuture<ServedModel>> checks = new ArrayList<>();
    repository.models().forEach(model -> checks.add(check(model)));
    return all(checks).thenApply(nothing -> byName(checks)).thenCompose(this::probe);
  }

  private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> stages) {
    return CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new));
  }

  private static Map<String, ServedModel> byName(List<CompletableFuture<ServedModel>> checked) {
    Map<String, ServedModel> models = new HashMap<>();
    checked.forEach(
        check -> {
          ServedModel served = check.resultNow();
          models.put(served.model().name(), served);
        });
    return Map.copyOf(models);
  }

  private CompletableFuture<ServedModel> check(Model model) {
    CompletableFuture<Described> ensemble = describe(model.name());
    CompletableFuture<Described> encoder = describe(ServedModel.visionEncoder(model));
    CompletableFuture<Described> llm = describe(ServedModel.llm(model));
    return all(List.of(ensemble, encoder, llm))
        .thenApply(
            nothing -> check(model, ensemble.resultNow(), encoder.resultNow(), llm.resultNow()));
  }

  private ServedModel check(Model model, Described ensemble, Described encoder, Described llm) {
    try {
      return ModelContract.check(model, ensemble, encoder, llm);
    } catch (ModelMismatchException e) {
      throw new CompletionException(e);
    }
  }

  private CompletableFuture<Described> describe(String name) {
    return ask(
            name,
            GRPCInferenceServiceGrpc.getModelMetadataMethod(),
            ModelMetadataRequest.newBuilder().setName(name).build())
        .thenCombine(
            ask(
                    name,
                    GRPCInferenceServiceGrpc.getModelConfigMethod(),
                    ModelConfigRequest.newBuilder().setName(name).build())
                .thenApply(ModelConfigResponse::getConfig),
            Described::new);
  }

  private <Q, A> CompletableFuture<A> ask(
      String modelName, MethodDescriptor<Q, A> method, Q request) {
    return connection
        .call(method, request, timeout)
        .answer()
        .exceptionallyCompose(thrown -> CompletableFuture.failedFuture(failure(modelName, thrown)));
  }

  private InferenceFailure failure(String modelName, Throwable thrown) {
    String what = "Triton at %s: %s".formatted(connection.endpoint(), modelName);
    return CallFailure.of(what, thrown).failure();
  }

  private CompletableFuture<Findings> probe(Map<String, ServedModel> models) {
    List<CompletableFuture<Optional<InferenceFailure>>> probes =
        models.values().stream().map(this::probe).toList();
    return all(probes)
        .thenApply(
            nothing ->
                new Findings(
                    models,
                    probes.stream().flatMap(probe -> probe.resultNow().stream()).findAny()));
  }

  /** One row; if that breaks, so many that nobody else's can have broken it in the same batch. */
  private CompletableFuture<Optional<InferenceFailure>> probe(ServedModel served) {
    return probe(served, 1)
        .exceptionallyCompose(
            thrown ->
                InferenceFailure.from(thrown).kind() == Kind.BACKEND
                    ? probe(served, served.ensembleRowsMax())
                    : CompletableFuture.failedFuture(thrown));
  }

  private CompletableFuture<Optional<InferenceFailure>> probe(ServedModel served, int count) {
    Model model = served.model();
    long anyToken = model.profile().text().eosTokenIds().getFirst();
    Row row = new Row(0, 0, new EncodedPrompt.Tokens(new long[] {anyToken}, 1));
    List<Row> rows = Collections.nCopies(count, row);
    List<byte[]> pictures = Collections.nCopies(count, new byte[model.imageBytes()]);
    return ask(
            model.name(),
            GRPCInferenceServiceGrpc.getModelInferMethod(),
            InferRequest.ensemble(model, pictures, rows).within(timeout.toNanos()))
        .thenApply(
            response -> {
              try {
                new InferAnswer(response).texts(served, rows);
                return Optional.<InferenceFailure>empty();
              } catch (InferenceFailure e) {
                throw new CompletionException(e);
              }
            })
        .exceptionally(ServerExamination::busy);
  }

  private static Optional<InferenceFailure> busy(Throwable thrown) {
    InferenceFailure failure = InferenceFailure.from(thrown);
    if (failure.kind() == Kind.OVERLOADED) {
      return Optional.of(failure);
    }
    throw new CompletionException(failure);
  }
}
