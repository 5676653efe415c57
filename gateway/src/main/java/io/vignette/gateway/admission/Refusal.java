package io.vignette.gateway.admission;

import io.vignette.wire.Reason;

/**
 * Why a job is not taken.
 *
 * @param message one sentence that names the value and what was expected
 */
public record Refusal(Reason reason, String message) {}
