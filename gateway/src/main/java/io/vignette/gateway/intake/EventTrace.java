package io.vignette.gateway.intake;

import io.cloudevents.CloudEvent;
import io.vignette.wire.TraceContext;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** The trace an event belongs to: of the record's sending, or else as the event itself says. */
final class EventTrace {
  private static final String PARENT = io.vignette.wire.Headers.TRACEPARENT;
  private static final String STATE = io.vignette.wire.Headers.TRACESTATE;

  private EventTrace() {}

  static TraceContext of(Headers headers) {
    return TraceContext.received(
        HeaderTexts.last(headers, PARENT), HeaderTexts.last(headers, STATE));
  }

  /**
   * @see <a
   *     href="https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md">
   *     CloudEvents: distributed tracing</a>
   */
  static TraceContext of(Headers headers, CloudEvent event) {
    TraceContext sent = of(headers);
    return sent.isNone()
        ? TraceContext.received(extension(event, PARENT), extension(event, STATE))
        : sent;
  }

  private static Optional<String> extension(CloudEvent event, String name) {
    return Optional.ofNullable(event.getExtension(name)).map(String::valueOf);
  }
}
