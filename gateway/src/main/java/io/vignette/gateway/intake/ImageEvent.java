package io.vignette.gateway.intake;

import io.vignette.wire.TraceContext;

/**
 * One picture that an event tells of.
 *
 * @param identity the same for every repetition of the event: {@link EventIdentity}
 * @param reference the client reference where the event states none
 * @param trace that the event belongs to; may be none
 */
record ImageEvent(
    EventFacts facts,
    String identity,
    String reference,
    EventContent content,
    TraceContext trace) {}
