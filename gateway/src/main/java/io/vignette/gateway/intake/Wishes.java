package io.vignette.gateway.intake;

import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked about a picture, by its event or by a rule. Empty = not said.
 *
 * @param reference the client reference
 */
record Wishes(
    Optional<String> reference,
    Optional<String> model,
    List<Prompt> prompts,
    Optional<Integer> maxNewTokens,
    Optional<Priority> priority,
    Optional<Duration> timeToLive,
    Map<String, String> metadata) {

  /** Of an event that is nothing but a picture. */
  static final Wishes NONE =
      new Wishes(
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  /** These wishes, and what they leave open as {@code others} say. */
  Wishes over(Wishes others) {
    Map<String, String> pairs = new HashMap<>(others.metadata);
    pairs.putAll(metadata);
    return new Wishes(
        reference.or(others::reference),
        model.or(others::model),
        prompts.isEmpty() ? others.prompts : prompts,
        maxNewTokens.or(others::maxNewTokens),
        priority.or(others::priority),
        timeToLive.or(others::timeToLive),
        pairs);
  }
}
