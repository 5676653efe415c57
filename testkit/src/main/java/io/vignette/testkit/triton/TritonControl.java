package io.vignette.testkit.triton;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.vignette.proto.inference.ModelReadyRequest;
import io.vignette.proto.inference.ModelRepositoryParameter;
import io.vignette.proto.inference.ModelStatistics;
import io.vignette.proto.inference.ModelStatisticsRequest;
import io.vignette.proto.inference.RepositoryModelLoadRequest;
import io.vignette.proto.inference.RepositoryModelUnloadRequest;
import io.vignette.proto.inference.ServerReadyRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Questions and orders to a running server. Each goes over a connection of its own, so that none is
 * in the way of the connections under test.
 */
final class TritonControl {

  private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(60);

  private final TritonPorts ports;

  TritonControl(TritonPorts ports) {
    this.ports = ports;
  }

  /** False also while nobody listens. */
  boolean isReady() {
    try {
      return ask(
          QUESTION_TIMEOUT,
          stub -> stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** What the server says; true also for a model whose backend process is dead. */
  boolean isReady(String model) {
    ModelReadyRequest request = ModelReadyRequest.newBuilder().setName(model).build();
    return ask(QUESTION_TIMEOUT, stub -> stub.modelReady(request).getReady());
  }

  ModelStatistics statistics(String model) {
    ModelStatisticsRequest request = ModelStatisticsRequest.newBuilder().setName(model).build();
    return ask(QUESTION_TIMEOUT, stub -> stub.modelStatistics(request)).getModelStats(0);
  }

  String metricsText() {
    URI address = ports.metricsAddress();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(QUESTION_TIMEOUT).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(address.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(address + ": interrupted", e);
    }
  }

  void load(String model) {
    var request = RepositoryModelLoadRequest.newBuilder().setModelName(model).build();
    ask(ORDER_TIMEOUT, stub -> stub.repositoryModelLoad(request));
  }

  /** Unloads it, with the models it is an ensemble of, and returns when the server has begun to. */
  void unload(String model) {
    var request =
        RepositoryModelUnloadRequest.newBuilder()
            .setModelName(model)
            .putParameters(
                "unload_dependents",
                ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
            .build();
    ask(ORDER_TIMEOUT, stub -> stub.repositoryModelUnload(request));
  }

  private <T> T ask(Duration timeout, Function<GRPCInferenceServiceBlockingStub, T> question) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(ports.grpcEndpoint()).usePlaintext().build();
    try {
      return question.apply(
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      channel.shutdownNow();
    }
  }
}
