package io.vignette.wire;

/**
 * Why a job is not taken.
 *
 * @param message one sentence that names the value and what was expected
 */
public record Refusal(Reason reason, String message) {}
