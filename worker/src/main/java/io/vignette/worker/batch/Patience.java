package io.vignette.worker.batch;

import java.time.Duration;

/**
 * How long bulk batches wait for company at this moment.
 *
 * @param linger longest wait of a batch's first request
 * @param engineBusy how long the engine has enough to compute without them
 */
record Patience(Duration linger, Duration engineBusy) {}
