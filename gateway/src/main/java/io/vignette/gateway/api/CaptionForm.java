package io.vignette.gateway.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vignette.gateway.submission.RejectedException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A request as a form: the file itself and the same parameters as in JSON. Each field is read as
 * the same field of a JSON request is, so an empty one is an empty text there.
 */
@JsonNaming(SnakeCaseStrategy.class)
@Schema(
    name = "CaptionForm",
    description =
        "An image as a file, and the parameters of a CaptionRequest. Fields are UTF-8; all but"
            + " question come once; unknown fields are refused.")
public record CaptionForm(
    @Schema(
            required = true,
            implementation = String.class,
            format = "binary",
            minLength = 1,
            description = "The image file, at most 64 MiB; a part with a file name.")
        @Nullable FormPart image,
    @Schema(description = "Beginning that the caption continues.") @Nullable String prompt,
    @Schema(
            description = "A question about the image; may be repeated.",
            minItems = 1,
            maxItems = 16)
        List<String> question,
    @Schema(description = "Several prompts, one answer each: a JSON array.")
        @Nullable List<CaptionBody.PromptBody> prompts,
    @Schema(description = "Name of a model; see /v1/models. Left out: the default model.")
        @Nullable String model,
    @Schema(type = SchemaType.INTEGER, minimum = "1") @Nullable BigDecimal maxNewTokens,
    @Schema(enumeration = {"interactive", "bulk"}) @Nullable String priority,
    @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "86400")
        @Nullable BigDecimal deadlineSeconds,
    @Schema(description = "Your own name for the image; echoed.", maxLength = 1024)
        @Nullable String clientReference,
    @Schema(
            description = "At most 16 pairs, echoed: a JSON object of texts.",
            type = SchemaType.OBJECT,
            additionalProperties = String.class)
        @Nullable Map<String, String> metadata) {

  private static final String QUESTION = "question";

  /**
   * The request that the parts of a form are.
   *
   * @throws RejectedException naming the field that is unknown, repeated or malformed
   */
  static CaptionForm of(List<FormPart> parts, BodyReader json) throws RejectedException {
    Fields fields = new Fields(json);
    for (FormPart part : parts) {
      fields.add(part);
    }
    return new CaptionForm(
        fields.once.get("image"),
        fields.text("prompt"),
        fields.questions(),
        fields.json("prompts", new TypeReference<>() {}),
        fields.text("model"),
        fields.json("max_new_tokens", new TypeReference<>() {}),
        fields.text("priority"),
        fields.json("deadline_seconds", new TypeReference<>() {}),
        fields.text("client_reference"),
        fields.json("metadata", new TypeReference<>() {}));
  }

  /** The parts by name. */
  private static final class Fields {
    private static final List<String> NAMES =
        List.of(
            "client_reference",
            "deadline_seconds",
            "image",
            "max_new_tokens",
            "metadata",
            "model",
            "priority",
            "prompt",
            "prompts",
            QUESTION);

    private final BodyReader bodies;
    private final Map<String, FormPart> once = new TreeMap<>();
    private final List<FormPart> questions = new ArrayList<>();

    private Fields(BodyReader bodies) {
      this.bodies = bodies;
    }

    private void add(FormPart part) throws RejectedException {
      if (!NAMES.contains(part.name())) {
        throw RequestParts.invalid(
            Excerpt.of(part.name())
                + ": unknown field (expected: one of "
                + String.join(", ", NAMES)
                + ")");
      }
      if (part.name().equals(QUESTION)) {
        questions.add(part);
      } else if (once.put(part.name(), part) != null) {
        throw RequestParts.invalid(part.name() + ": twice (expected: at most once)");
      }
    }

    private List<String> questions() throws RejectedException {
      List<String> texts = new ArrayList<>();
      for (FormPart part : questions) {
        texts.add(part.text());
      }
      return texts;
    }

    private @Nullable String text(String name) throws RejectedException {
      FormPart part = once.get(name);
      return part == null ? null : part.text();
    }

    /** Numbers, and fields of more than one value: JSON within the form. */
    private <T> @Nullable T json(String name, TypeReference<T> type) throws RejectedException {
      String text = text(name);
      return text == null ? null : bodies.read(name, text, type);
    }
  }
}
