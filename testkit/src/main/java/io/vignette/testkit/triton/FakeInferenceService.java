package io.vignette.testkit.triton;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.vignette.proto.inference.ModelConfigRequest;
import io.vignette.proto.inference.ModelConfigResponse;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelMetadataRequest;
import io.vignette.proto.inference.ModelMetadataResponse;
import io.vignette.proto.inference.ModelReadyRequest;
import io.vignette.proto.inference.ModelReadyResponse;
import io.vignette.proto.inference.ModelStatisticsRequest;
import io.vignette.proto.inference.ModelStatisticsResponse;
import io.vignette.proto.inference.ModelStreamInferResponse;
import io.vignette.proto.inference.ServerLiveRequest;
import io.vignette.proto.inference.ServerLiveResponse;
import io.vignette.proto.inference.ServerMetadataRequest;
import io.vignette.proto.inference.ServerMetadataResponse;
import io.vignette.proto.inference.ServerReadyRequest;
import io.vignette.proto.inference.ServerReadyResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Triton's gRPC interface over a {@link FakeRepository}; what it doesn't have is UNIMPLEMENTED. */
final class FakeInferenceService extends GRPCInferenceServiceImplBase {

  private final FakeRepository repository;

  FakeInferenceService(FakeRepository repository) {
    this.repository = repository;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, () -> ServerReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    answer(observer, FakeDescriptions::ofServer);
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    answer(
        observer,
        () -> {
          boolean ready = repository.isLoaded(request.getName());
          return ModelReadyResponse.newBuilder().setReady(ready).build();
        });
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    answer(observer, () -> FakeDescriptions.of(repository.loadedModel(request.getName()).config()));
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
    answer(
        observer,
        () ->
            ModelConfigResponse.newBuilder()
                .setConfig(repository.loadedModel(request.getName()).config())
                .build());
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
    answer(
        observer,
        () -> {
          ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
          if (request.getName().isEmpty()) {
            repository.models().forEach(model -> all.addModelStats(model.statistics()));
          } else if (repository.isLoaded(request.getName())) {
            all.addModelStats(repository.model(request.getName()).statistics());
          } else {
            throw Fault.noStatistics(request.getName()).asException();
          }
          return all.build();
        });
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    infer(request)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                observer.onError(unwrapped(failure));
              } else {
                observer.onNext(answer);
                observer.onCompleted();
              }
            });
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> observer) {
    return new FakeInferenceStream(this::infer, observer);
  }

  private CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
    try {
      FakeModel model = repository.model(request.getModelName());
      return model.infer(request).thenApply(answer -> countSteps(model, request, answer));
    } catch (StatusRuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ModelInferResponse countSteps(
      FakeModel model, ModelInferRequest request, ModelInferResponse answer) {
    int rows = Math.toIntExact(request.getInputs(0).getShape(0));
    model
        .config()
        .getEnsembleScheduling()
        .getStepList()
        .forEach(step -> repository.model(step.getModelName()).count(rows));
    return answer;
  }

  /** What a client gets to see of a failure. */
  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof StatusRuntimeException
        ? cause
        : Status.INTERNAL.withDescription(cause.toString()).withCause(cause).asRuntimeException();
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    @Nullable T value = null;
    try {
      value = answer.get();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    }
    observer.onNext(value);
    observer.onCompleted();
  }
}
