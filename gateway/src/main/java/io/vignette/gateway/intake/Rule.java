package io.vignette.gateway.intake;

import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Priority;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which events, and what is asked about their pictures.
 *
 * @param wishes where the event itself says nothing
 */
record Rule(Predicate<EventFacts> condition, String tenant, Wishes wishes) {

  boolean matches(EventFacts facts) {
    return condition.test(facts);
  }

  /** What to submit for an event that matches. */
  CaptionRequest request(ImageEvent event, EventContent.Pictured content) {
    Wishes all = content.wishes().over(wishes);
    Generation.Builder generation = Generation.newBuilder();
    all.maxNewTokens().ifPresent(generation::setMaxNewTokens);
    return new CaptionRequest(
        tenant,
        Optional.of(event.identity()),
        all.reference().orElse(event.reference()),
        content.image(),
        all.model(),
        all.prompts(),
        generation.build(),
        all.priority().orElse(Priority.BULK),
        all.timeToLive(),
        all.metadata());
  }
}
