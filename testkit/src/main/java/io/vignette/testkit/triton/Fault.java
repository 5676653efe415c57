package io.vignette.testkit.triton;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** A failure in the server's words. */
public record Fault(Status.Code code, String text) {

  /** The queue holds as many requests as it may. */
  public static Fault queueFull(String model) {
    return new Fault(
        Status.Code.UNAVAILABLE, "Exceeds maximum queue size for model '" + model + "'");
  }

  /** The request waited longer in the queue than it wanted to. */
  public static Fault queueTimeout() {
    return new Fault(Status.Code.UNAVAILABLE, "Request timeout expired");
  }

  /** The process that computes the model is gone. */
  public static Fault deadBackend(String model) {
    return new Fault(Status.Code.INTERNAL, "Stub process '" + model + "_0_0' is not healthy.");
  }

  /** The backend has thrown. */
  public static Fault backendFailure(String cause) {
    return new Fault(Status.Code.INTERNAL, "onnx runtime error: " + cause);
  }

  static Fault unknownModel(String model) {
    return new Fault(
        Status.Code.NOT_FOUND, "Request for unknown model: '" + model + "' is not found");
  }

  static Fault noVersion(String model) {
    return new Fault(
        Status.Code.NOT_FOUND,
        "Request for unknown model: '" + model + "' has no available versions");
  }

  static Fault noStatistics(String model) {
    return invalid("requested model '" + model + "' is not available");
  }

  static Fault invalid(String text) {
    return new Fault(Status.Code.INVALID_ARGUMENT, text);
  }

  StatusRuntimeException asException() {
    return code.toStatus().withDescription(text).asRuntimeException();
  }
}
