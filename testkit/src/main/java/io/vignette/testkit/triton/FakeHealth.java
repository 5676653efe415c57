package io.vignette.testkit.triton;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** gRPC's health service, of which Triton has {@code Check} alone: always SERVING. */
final class FakeHealth {

  private static final String SERVICE = "grpc.health.v1.Health";

  /** HealthCheckResponse in bytes: field 1, status, is 1, SERVING. */
  private static final byte[] SERVING = {0x08, 0x01};

  private FakeHealth() {}

  static MethodDescriptor<byte[], byte[]> check() {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Check"))
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(
            check(),
            ServerCalls.asyncUnaryCall(
                (request, observer) -> {
                  observer.onNext(SERVING.clone());
                  observer.onCompleted();
                }))
        .build();
  }

  /** Messages as they are on the wire. */
  private static final class Bytes implements Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
