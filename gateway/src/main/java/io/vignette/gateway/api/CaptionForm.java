package io.vignette.gateway.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** A request as a form: the file itself and the same parameters as in JSON. */
@Schema(name = "CaptionForm")
public class CaptionForm {
  /** The picture. */
  @RestForm("image")
  @Schema(
      required = true,
      type = SchemaType.STRING,
      format = "binary",
      description = "The picture, at most 64 MiB.")
  public @Nullable FileUpload image;

  @RestForm("prompt")
  @Schema(description = "Beginning that the caption continues.")
  public @Nullable String prompt;

  @RestForm("question")
  @Schema(description = "A question about the picture; may be repeated.")
  public @Nullable List<String> question;

  @RestForm("prompts")
  @Schema(
      description = "Several prompts, one answer each: a JSON array as in a JSON request.",
      examples = "[{\"kind\":\"caption\"}]")
  public @Nullable String prompts;

  @RestForm("model")
  public @Nullable String model;

  @RestForm("max_new_tokens")
  @Schema(name = "max_new_tokens", type = SchemaType.INTEGER, minimum = "1")
  public @Nullable String maxNewTokens;

  @RestForm("priority")
  @Schema(enumeration = {"interactive", "bulk"})
  public @Nullable String priority;

  @RestForm("deadline_seconds")
  @Schema(name = "deadline_seconds", type = SchemaType.INTEGER, minimum = "1", maximum = "86400")
  public @Nullable String deadlineSeconds;

  @RestForm("client_reference")
  @Schema(name = "client_reference", description = "Your own name for the picture; echoed.")
  public @Nullable String clientReference;

  @RestForm("metadata")
  @Schema(
      description = "At most 16 pairs, echoed: a JSON object of texts.",
      examples = "{\"album\":\"2026\"}")
  public @Nullable String metadata;
}
