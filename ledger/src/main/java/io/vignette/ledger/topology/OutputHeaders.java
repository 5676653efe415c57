package io.vignette.ledger.topology;

import io.vignette.proto.v1.JobIdentity;
import io.vignette.wire.Headers;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** The headers of what the ledger writes: the trace of the event, and the labels of the job. */
final class OutputHeaders {

  /** W3C asks for 512 characters to be passed on; a megabyte would make the record too large. */
  private static final int TRACE_BYTES_MAX = 8 * 1024;

  private OutputHeaders() {}

  /** {@code record} with the headers of a result or a dead job. */
  static Record<String, byte[]> ofResult(Record<String, byte[]> record, JobIdentity identity) {
    RecordHeaders headers = traced(record);
    addUnlessEmpty(headers, Headers.TENANT, identity.getTenant());
    addUnlessEmpty(headers, Headers.CLIENT_REFERENCE, identity.getClientReference());
    return record.withHeaders(headers);
  }

  /** {@code result} with the same labels, but as JSON. */
  static Record<String, byte[]> asJson(Record<String, byte[]> result) {
    RecordHeaders headers = new RecordHeaders(result.headers());
    headers.remove(Headers.CONTENT_TYPE);
    addUnlessEmpty(headers, Headers.CONTENT_TYPE, Headers.JSON);
    return result.withHeaders(headers);
  }

  private static RecordHeaders traced(Record<String, byte[]> record) {
    RecordHeaders headers = new RecordHeaders();
    copy(record, headers, Headers.TRACEPARENT);
    copy(record, headers, Headers.TRACESTATE);
    addUnlessEmpty(headers, Headers.CONTENT_TYPE, Headers.PROTOBUF);
    return headers;
  }

  private static void copy(Record<String, byte[]> from, RecordHeaders to, String name) {
    Header header = from.headers().lastHeader(name);
    if (header != null && header.value() != null && header.value().length <= TRACE_BYTES_MAX) {
      to.add(header);
    }
  }

  private static void addUnlessEmpty(RecordHeaders headers, String name, String value) {
    if (!value.isEmpty()) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
