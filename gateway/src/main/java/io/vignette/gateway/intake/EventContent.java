package io.vignette.gateway.intake;

import io.vignette.gateway.submission.ImageInput;
import io.vignette.wire.Reason;

/** What an event's data came to. Looked at only after a rule has matched the event. */
sealed interface EventContent {

  /** A picture, and what the event itself asks about it. */
  record Pictured(ImageInput image, Wishes wishes) implements EventContent {}

  /** No picture, or data that cannot be read. */
  record Unpictured(Reason reason, String message) implements EventContent {}
}
