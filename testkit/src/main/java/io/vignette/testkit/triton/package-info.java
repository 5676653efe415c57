/**
 * A real Triton server as a process, to be killed, paused and restarted by tests, and a fake one
 * for what the real one can't do on demand.
 *
 * <p>Allowed dependencies: proto, gRPC, test libraries; no other package of ours but {@code
 * testkit}.
 */
@NullMarked
package io.vignette.testkit.triton;

import org.jspecify.annotations.NullMarked;
