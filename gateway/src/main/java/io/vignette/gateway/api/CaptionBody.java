package io.vignette.gateway.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A request in JSON. At most one of prompt, question and prompts; none = a plain caption. */
@JsonNaming(SnakeCaseStrategy.class)
@Schema(
    name = "CaptionRequest",
    description =
        "A picture, and what to say of it. At most one of prompt, question and prompts; none of"
            + " them asks for a plain caption. Unknown fields are refused.")
public record CaptionBody(
    @Schema(required = true) @Nullable ImageBody image,
    @Schema(description = "Beginning that the caption continues.", examples = "a photo of")
        @Nullable String prompt,
    @Schema(description = "A question about the picture.", examples = "what color is the circle?")
        @Nullable String question,
    @Schema(description = "Several prompts, one answer each.", minItems = 1, maxItems = 16)
        @Nullable List<PromptBody> prompts,
    @Schema(description = "Name of a model; see /v1/models. Left out: the default model.")
        @Nullable String model,
    @Nullable GenerationBody generation,
    @Schema(
            description = "Interactive jobs go before bulk jobs.",
            enumeration = {"interactive", "bulk"},
            defaultValue = "interactive")
        @Nullable String priority,
    @Schema(
            description = "Seconds after which the answer is worthless. Left out: the longest.",
            type = SchemaType.INTEGER,
            minimum = "1",
            maximum = "86400")
        @Nullable BigDecimal deadlineSeconds,
    @Schema(description = "Your own name for the picture; echoed.", maxLength = 1024)
        @Nullable String clientReference,
    @Schema(
            description = "At most 16 pairs; echoed.",
            type = SchemaType.OBJECT,
            additionalProperties = String.class)
        @Nullable Map<String, String> metadata) {

  /** Where the picture is: exactly one of the three. */
  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Image", description = "Where the picture is: exactly one of the three.")
  public record ImageBody(
      @Schema(
              description = "An http or https address; fetched by a worker.",
              examples = "https://example.org/cat.jpg")
          @Nullable String url,
      @Schema(description = "The file in base64, at most 64 MiB of it.") @Nullable String data,
      @Schema(description = "The file as a data URI.", examples = "data:image/png;base64,iVBORw0K")
          @Nullable String dataUri) {}

  /** One prompt of several. */
  @Schema(name = "Prompt")
  public record PromptBody(
      @Schema(
              required = true,
              enumeration = {"caption", "prefix", "question"})
          @Nullable String kind,
      @Schema(description = "Needed but for kind caption.") @Nullable String text) {}

  /** Generation parameters; which ones a model takes is in /v1/models. */
  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Generation")
  public record GenerationBody(
      @Schema(
              description = "Longest answer in tokens. Left out: the model's default.",
              type = SchemaType.INTEGER,
              minimum = "1")
          @Nullable BigDecimal maxNewTokens) {}
}
