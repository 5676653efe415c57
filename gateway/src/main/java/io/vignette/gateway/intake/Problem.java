package io.vignette.gateway.intake;

import io.vignette.wire.Reason;

/** Why an event is set aside. */
record Problem(Reason reason, String message) {}
