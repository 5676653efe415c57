package io.vignette.gateway.intake;

import io.vignette.wire.Reason;

/** What the reader found in a record; one for each picture it tells of, at least one. */
sealed interface Finding {

  /** An event about a picture. */
  record Found(ImageEvent event) implements Finding {}

  /** Nothing to do, and nothing wrong. */
  record Skipped(SkipCause cause) implements Finding {}

  /** No event that could be read. */
  record Unusable(Reason reason, String message) implements Finding {}
}
