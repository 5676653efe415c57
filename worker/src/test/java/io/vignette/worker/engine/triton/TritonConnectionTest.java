package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc;
import io.vignette.proto.inference.ServerLiveRequest;
import io.vignette.proto.inference.ServerLiveResponse;
import io.vignette.wire.TraceContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TritonConnectionTest {
  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> STATE =
      Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER);

  private final Queue<Metadata> received = new ConcurrentLinkedQueue<>();
  private Server server;
  private TritonConnection connection;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(ServerInterceptors.intercept(new Living(), new Recorder()))
            .build()
            .start();
    connection =
        new TritonConnection(
            TritonSettings.Connection.plaintext(new Endpoint("127.0.0.1", server.getPort())));
  }

  @AfterEach
  void stop() {
    connection.close();
    server.shutdownNow();
  }

  @Test
  void aCallCarriesItsTrace() throws Exception {
    TraceContext trace = new TraceContext(TraceContext.fresh().parent(), "a=1");

    call(trace);

    assertThat(received.element().get(PARENT)).isEqualTo(trace.parent());
    assertThat(received.element().get(STATE)).isEqualTo("a=1");
  }

  @Test
  void aCallOfNoTraceCarriesNone() throws Exception {
    call(TraceContext.NONE);

    assertThat(received.element().containsKey(PARENT)).isFalse();
    assertThat(received.element().containsKey(STATE)).isFalse();
  }

  private void call(TraceContext trace) throws Exception {
    connection
        .call(
            GRPCInferenceServiceGrpc.getServerLiveMethod(),
            ServerLiveRequest.getDefaultInstance(),
            Duration.ofSeconds(30),
            trace)
        .answer()
        .get(30, TimeUnit.SECONDS);
  }

  private static final class Living extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    @Override
    public void serverLive(
        ServerLiveRequest request, StreamObserver<ServerLiveResponse> responses) {
      responses.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
      responses.onCompleted();
    }
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      received.add(headers);
      return next.startCall(call, headers);
    }
  }
}
