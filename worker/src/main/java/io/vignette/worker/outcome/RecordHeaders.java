package io.vignette.worker.outcome;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Headers as Kafka's producer takes them. */
final class RecordHeaders {
  private RecordHeaders() {}

  static List<RecordHeader> of(Map<String, String> headers) {
    List<RecordHeader> records = new ArrayList<>(headers.size());
    headers.forEach(
        (name, value) ->
            records.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8))));
    return records;
  }
}
