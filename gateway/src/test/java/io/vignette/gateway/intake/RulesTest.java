package io.vignette.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
  private static final String RULE = "vignette.intake.rules[0].";
  private static final EventFacts FACTS =
      new EventFacts("s3:ObjectCreated:Put", "minio:s3", "photos", "cats/tom.PNG", "image/png");
  private static final EventContent.Pictured CONTENT =
      new EventContent.Pictured(new ImageInput.Url("https://example.org/a.png"), Wishes.NONE);

  @Test
  void withoutRulesEveryEventIsCaptioned() {
    CaptionRequest request = request(Map.of(), CONTENT);

    assertThat(request.tenant()).isEqualTo("default");
    assertThat(request.idempotencyKey()).contains("key");
    assertThat(request.clientReference()).isEqualTo("reference");
    assertThat(request.model()).isEmpty();
    assertThat(request.prompts()).isEmpty();
    assertThat(request.priority()).isEqualTo(Priority.BULK);
    assertThat(request.timeToLive()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "type, s3:ObjectCreated:Put, true",
    "type, s3:ObjectCreated:*, true",
    "type, s3:ObjectCreated, false",
    "source, minio:*, true",
    "source, aws:s3, false",
    "bucket, photos, true",
    "bucket, photo, false",
    "prefix, cats/, true",
    "prefix, dogs/, false",
    "suffix, .PNG, true",
    "suffix, .png, false",
    "media-type, image/*, true",
    "media-type, IMAGE/PNG, true",
    "media-type, image/jpeg, false"
  })
  void conditionMatchesOrNot(String condition, String wanted, boolean matches) {
    Rules rules = Intakes.rules(Map.of(RULE + "match." + condition, wanted));

    assertThat(rules.find(FACTS).isPresent()).isEqualTo(matches);
  }

  @Test
  void allConditionsMustMatch() {
    Rules rules =
        Intakes.rules(Map.of(RULE + "match.bucket", "photos", RULE + "match.prefix", "dogs/"));

    assertThat(rules.find(FACTS)).isEmpty();
  }

  @Test
  void firstRuleThatMatchesWins() {
    Rules rules =
        Intakes.rules(
            Map.of(
                RULE + "match.prefix",
                "dogs/",
                RULE + "tenant",
                "dogs",
                "vignette.intake.rules[1].tenant",
                "others",
                "vignette.intake.rules[2].tenant",
                "never"));

    assertThat(rules.find(FACTS).orElseThrow().tenant()).isEqualTo("others");
  }

  @Test
  void ruleSaysWhatTheEventLeavesOpen() {
    Map<String, String> rule =
        Map.of(
            RULE + "model", "tiny-blip2",
            RULE + "prompts[0].text", "What is it?",
            RULE + "prompts[1].kind", "caption",
            RULE + "max-new-tokens", "9",
            RULE + "priority", "interactive",
            RULE + "deadline", "1h",
            RULE + "tenant", "zoo",
            RULE + "metadata.from", "rule",
            RULE + "metadata.album", "rule");
    CaptionRequest request = request(rule, CONTENT);

    assertThat(request.tenant()).isEqualTo("zoo");
    assertThat(request.model()).contains("tiny-blip2");
    assertThat(request.prompts())
        .extracting(Prompt::getKind)
        .containsExactly(Prompt.Kind.QUESTION, Prompt.Kind.CAPTION);
    assertThat(request.generation().getMaxNewTokens()).isEqualTo(9);
    assertThat(request.priority()).isEqualTo(Priority.INTERACTIVE);
    assertThat(request.timeToLive()).contains(Duration.ofHours(1));

    CaptionRequest stated = request(rule, new EventContent.Pictured(CONTENT.image(), wishes()));
    assertThat(stated.model()).contains("other");
    assertThat(stated.clientReference()).isEqualTo("mine");
    assertThat(stated.prompts()).hasSize(1);
    assertThat(stated.generation().getMaxNewTokens()).isEqualTo(3);
    assertThat(stated.priority()).isEqualTo(Priority.BULK);
    assertThat(stated.timeToLive()).contains(Duration.ofSeconds(5));
    assertThat(stated.metadata()).isEqualTo(Map.of("from", "rule", "album", "event"));
  }

  @Test
  void ruleThatCannotBeIsNamed() {
    refused("model", "unheard-of", "vignette.intake.rules[0].model: unheard-of (expected: ");
    refused("max-new-tokens", "0", "vignette.intake.rules[0].max-new-tokens: 0 (expected: ");
    refused("prompts[0].kind", "prefix", "vignette.intake.rules[0].prompts[0].text: missing");
  }

  private static void refused(String key, String value, String message) {
    assertThatThrownBy(() -> Intakes.rules(Map.of(RULE + key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Wishes wishes() {
    return new Wishes(
        Optional.of("mine"),
        Optional.of("other"),
        List.of(Prompt.newBuilder().setKind(Prompt.Kind.PREFIX).setText("a").build()),
        Optional.of(3),
        Optional.of(Priority.BULK),
        Optional.of(Duration.ofSeconds(5)),
        Map.of("album", "event"));
  }

  private static CaptionRequest request(Map<String, String> config, EventContent.Pictured content) {
    return Intakes.rules(config)
        .find(FACTS)
        .orElseThrow()
        .request(new ImageEvent(FACTS, "key", "reference", content, TraceContext.NONE), content);
  }
}
