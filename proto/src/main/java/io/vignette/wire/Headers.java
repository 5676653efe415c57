package io.vignette.wire;

/** The names of Kafka record headers. Values are UTF-8 text. */
public final class Headers {

  /** W3C trace context of the submission. */
  public static final String TRACEPARENT = "traceparent";

  public static final String TRACESTATE = "tracestate";
  public static final String TENANT = "vignette-tenant";

  /** The attempt a delayed or suspect job is about to make, from 1. */
  public static final String ATTEMPT = "vignette-attempt";

  public static final String CLIENT_REFERENCE = "vignette-client-reference";
  public static final String CONTENT_TYPE = "content-type";

  /** The topic a delayed job goes back to. */
  public static final String TARGET = "vignette-target";

  /** Epoch milliseconds before which a delayed job must not move. */
  public static final String NOT_BEFORE = "vignette-not-before";

  /** Reason code of the failure that sent the job here. */
  public static final String ERROR = "vignette-error";

  /** Beside {@link #ERROR} on an event that was set aside: one sentence. */
  public static final String ERROR_MESSAGE = "vignette-error-message";

  /** Where an event that was set aside came from. */
  public static final String ORIGIN_TOPIC = "vignette-origin-topic";

  public static final String ORIGIN_PARTITION = "vignette-origin-partition";
  public static final String ORIGIN_OFFSET = "vignette-origin-offset";

  /** Value of {@link #CONTENT_TYPE} for every Vignette record but the JSON results. */
  public static final String PROTOBUF = "application/x-protobuf";

  /** Value of {@link #CONTENT_TYPE} for JSON results. */
  public static final String JSON = "application/json";

  private Headers() {}
}
