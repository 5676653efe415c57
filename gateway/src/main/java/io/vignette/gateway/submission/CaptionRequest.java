package io.vignette.gateway.submission;

import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client asks for.
 *
 * @param idempotencyKey two requests of a tenant with the same key are the same job
 * @param clientReference the client's own name for the image; echoed, may be empty
 * @param model empty = the repository's default
 * @param prompts one answer each; empty = one plain caption
 * @param timeToLive after which a caption is worthless; empty = the longest allowed
 * @param metadata echoed
 */
public record CaptionRequest(
    String tenant,
    Optional<String> idempotencyKey,
    String clientReference,
    ImageInput image,
    Optional<String> model,
    List<Prompt> prompts,
    Generation generation,
    Priority priority,
    Optional<Duration> timeToLive,
    Map<String, String> metadata) {

  public CaptionRequest {
    prompts = List.copyOf(prompts);
    metadata = Map.copyOf(metadata);
  }
}
