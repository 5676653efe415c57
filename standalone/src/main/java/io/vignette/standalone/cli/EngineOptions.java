package io.vignette.standalone.cli;

import io.vignette.standalone.composition.EngineChoice;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.triton.Endpoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which engine captions, and where it is. */
final class EngineOptions {

  /** What runs the model. */
  enum Kind {
    ONNX,
    TRITON
  }

  @Option(
      names = "--engine",
      paramLabel = "KIND",
      description =
          "onnx: in this process (the default). triton: a Triton server that serves the model.")
  private Kind kind = Kind.ONNX;

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "Triton's gRPC port (default: localhost:8001).")
  private @Nullable String endpoint;

  EngineChoice choose() throws UsageException {
    return switch (kind) {
      case ONNX -> inProcess();
      case TRITON -> new EngineChoice.Triton(tritonEndpoint());
    };
  }

  private EngineChoice inProcess() throws UsageException {
    if (endpoint != null) {
      throw new UsageException(
          Reason.REQUEST_INVALID,
          "--endpoint: " + endpoint + " (expected: together with --engine triton)");
    }
    return new EngineChoice.InProcess();
  }

  private Endpoint tritonEndpoint() throws UsageException {
    try {
      return Endpoint.parse(endpoint == null ? "localhost:8001" : endpoint);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Reason.REQUEST_INVALID, "--" + e.getMessage());
    }
  }
}
