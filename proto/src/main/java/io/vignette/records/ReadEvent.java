package io.vignette.records;

import io.vignette.proto.v1.JobEvent;
import java.util.List;

/**
 * An event as it may be folded.
 *
 * @param repaired the parts that were replaced or left out because no event can hold such values,
 *     by their names in the .proto files; empty for nearly every event
 */
public record ReadEvent(JobEvent event, List<String> repaired) {
  public ReadEvent {
    repaired = List.copyOf(repaired);
  }
}
