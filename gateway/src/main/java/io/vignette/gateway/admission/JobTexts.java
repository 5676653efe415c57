package io.vignette.gateway.admission;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds texts that are no Unicode. JSON can write half a surrogate pair, which UTF-8 can't: it
 * would reach the model, and come back to the client, as a question mark.
 */
final class JobTexts {
  private JobTexts() {}

  static Optional<Refusal> check(CaptionJob job) {
    return texts(job)
        .filter(text -> hasUnpairedSurrogate(text.getValue()))
        .findFirst()
        .map(
            text ->
                new Refusal(
                    Reason.REQUEST_INVALID,
                    text.getKey() + ": an unpaired surrogate (expected: Unicode text)"));
  }

  private static Stream<Map.Entry<String, String>> texts(CaptionJob job) {
    Stream<Map.Entry<String, String>> single =
        Stream.of(
            Map.entry("model", job.getModel()),
            Map.entry("client_reference", job.getClientReference()),
            Map.entry("image.url", job.getImage().getUrl()),
            Map.entry("image media type", job.getImage().getMediaType()));
    Stream<Map.Entry<String, String>> prompts =
        job.getPromptsList().stream().map(Prompt::getText).map(text -> Map.entry("prompt", text));
    Stream<Map.Entry<String, String>> metadata =
        job.getMetadataMap().entrySet().stream()
            .flatMap(pair -> Stream.of(pair.getKey(), pair.getValue()))
            .map(text -> Map.entry("metadata", text));
    return Stream.of(single, prompts, metadata).flatMap(texts -> texts);
  }

  private static boolean hasUnpairedSurrogate(String text) {
    return text.codePoints()
        .anyMatch(character -> Character.getType(character) == Character.SURROGATE);
  }
}
