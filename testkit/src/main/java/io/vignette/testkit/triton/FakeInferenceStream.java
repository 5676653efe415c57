package io.vignette.testkit.triton;

import io.grpc.stub.StreamObserver;
import io.vignette.proto.inference.InferParameter;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelStreamInferResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream of requests: answered in their order, each answer marked final, failures within the
 * stream.
 */
final class FakeInferenceStream implements StreamObserver<ModelInferRequest> {

  private static final String FINAL = "triton_final_response";

  private final Function<ModelInferRequest, CompletableFuture<ModelInferResponse>> model;
  private final StreamObserver<ModelStreamInferResponse> observer;
  private CompletableFuture<Void> answered = CompletableFuture.completedFuture(null);

  FakeInferenceStream(
      Function<ModelInferRequest, CompletableFuture<ModelInferResponse>> model,
      StreamObserver<ModelStreamInferResponse> observer) {
    this.model = model;
    this.observer = observer;
  }

  @Override
  public void onNext(ModelInferRequest request) {
    CompletableFuture<ModelStreamInferResponse> answer =
        model.apply(request).handle((response, failure) -> streamed(request, response, failure));
    answered = answered.thenCombine(answer, (before, response) -> send(response));
  }

  @Override
  public void onError(Throwable t) {
    answered = CompletableFuture.failedFuture(t);
  }

  @Override
  public void onCompleted() {
    answered.thenRun(observer::onCompleted);
  }

  private @Nullable Void send(ModelStreamInferResponse response) {
    observer.onNext(response);
    return null;
  }

  private static ModelStreamInferResponse streamed(
      ModelInferRequest request,
      @Nullable ModelInferResponse response,
      @Nullable Throwable failure) {
    ModelStreamInferResponse.Builder streamed = ModelStreamInferResponse.newBuilder();
    if (response == null) {
      String text = failure == null ? "" : FakeInferenceService.unwrapped(failure).getMessage();
      streamed.setErrorMessage(text).getInferResponseBuilder().setId(request.getId());
    } else {
      streamed.setInferResponse(response);
    }
    streamed
        .getInferResponseBuilder()
        .putParameters(FINAL, InferParameter.newBuilder().setBoolParam(true).build());
    return streamed.build();
  }
}
