package io.vignette.gateway.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Makes requests for the submission of what came over HTTP. */
@ApplicationScoped
public class Requests {
  private final BodyReader bodies;
  private final ImageLimits limits;
  private final Caller caller;

  @Inject
  public Requests(BodyReader bodies, ImageLimits limits, Caller caller) {
    this.bodies = bodies;
    this.limits = limits;
    this.caller = caller;
  }

  /** Reads a request in JSON; blocks. */
  CaptionRequest of(InputStream json, SubmissionHeaders headers) throws RejectedException {
    CaptionBody body = bodies.read(json);
    CaptionBody.GenerationBody generation = body.generation();
    return new CaptionRequest(
        caller.tenant(),
        headers.idempotencyKey(),
        orEmpty(body.clientReference()),
        RequestParts.image(body.image()),
        Optional.ofNullable(body.model()),
        RequestParts.prompts(
            body.prompt(),
            body.question() == null ? List.of() : List.of(body.question()),
            body.prompts()),
        RequestParts.generation(generation == null ? null : generation.maxNewTokens()),
        RequestParts.priority(body.priority()),
        RequestParts.timeToLive(body.deadlineSeconds()),
        metadata(body.metadata()));
  }

  /** Reads the uploaded file; blocks. */
  CaptionRequest of(CaptionForm form, SubmissionHeaders headers)
      throws RejectedException, IOException {
    Long maxNewTokens = number("max_new_tokens", blankToNull(form.maxNewTokens));
    return new CaptionRequest(
        caller.tenant(),
        headers.idempotencyKey(),
        orEmpty(form.clientReference),
        upload(form.image),
        Optional.ofNullable(blankToNull(form.model)),
        RequestParts.prompts(
            blankToNull(form.prompt),
            questions(form.question),
            json("prompts", form.prompts, new TypeReference<>() {})),
        RequestParts.generation(maxNewTokens == null ? null : clamped(maxNewTokens)),
        RequestParts.priority(blankToNull(form.priority)),
        RequestParts.timeToLive(number("deadline_seconds", blankToNull(form.deadlineSeconds))),
        metadata(json("metadata", form.metadata, new TypeReference<>() {})));
  }

  /** A form has no lists of pairs: fields of more than one value are JSON within. */
  private <T> @Nullable T json(String field, @Nullable String text, TypeReference<T> type)
      throws RejectedException {
    return text == null || text.isBlank() ? null : bodies.read(field, text, type);
  }

  private ImageInput upload(@Nullable FileUpload file) throws RejectedException, IOException {
    if (file == null) {
      throw RequestParts.invalid("image: missing (expected: a file part named image)");
    }
    if (file.size() > limits.maxBytes()) {
      throw new RejectedException(
          Reason.IMAGE_TOO_LARGE,
          "image size: " + file.size() + " bytes (expected: at most " + limits.maxBytes() + ")");
    }
    String type = file.contentType();
    return new ImageInput.Inline(Files.readAllBytes(file.uploadedFile()), type == null ? "" : type);
  }

  private static Map<String, String> metadata(@Nullable Map<String, String> metadata)
      throws RejectedException {
    if (metadata == null) {
      return Map.of();
    }
    if (metadata.containsValue(null)) {
      throw RequestParts.invalid("metadata: a value is null (expected: text)");
    }
    return metadata;
  }

  /** Forms of browsers send fields that were left empty. */
  private static List<String> questions(@Nullable List<String> questions) {
    return questions == null
        ? List.of()
        : questions.stream().filter(question -> !question.isBlank()).toList();
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static @Nullable Long number(String name, @Nullable String text)
      throws RejectedException {
    try {
      return text == null ? null : Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      throw new RejectedException(
          Reason.REQUEST_INVALID, name + ": not a number (expected: a whole number)", e);
    }
  }

  private static int clamped(long value) {
    return (int) Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
