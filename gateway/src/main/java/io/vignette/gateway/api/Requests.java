package io.vignette.gateway.api;

import io.quarkus.runtime.configuration.MemorySize;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests for the submission of what came over HTTP.
 *
 * <p>A form goes the same way as JSON once its fields are read, so that both are judged alike.
 */
@ApplicationScoped
public class Requests {
  private static final String BOUNDARY = "boundary";

  private final BodyReader bodies;
  private final ImageLimits limits;
  private final Caller caller;
  private final long fieldBytesMax;

  @Inject
  public Requests(
      BodyReader bodies,
      ImageLimits limits,
      Caller caller,
      @ConfigProperty(name = "quarkus.http.limits.max-form-attribute-size")
          MemorySize fieldBytesMax) {
    this.bodies = bodies;
    this.limits = limits;
    this.caller = caller;
    this.fieldBytesMax = fieldBytesMax.asLongValue();
  }

  /** Reads a request in JSON; blocks. */
  CaptionRequest ofJson(InputStream json, SubmissionHeaders headers) throws RejectedException {
    CaptionBody body = bodies.read(json);
    return request(
        headers,
        RequestParts.image(body.image()),
        body,
        body.question() == null ? List.of() : List.of(body.question()));
  }

  /** Reads a request as a form; blocks. */
  CaptionRequest ofForm(InputStream body, MediaType type, SubmissionHeaders headers)
      throws RejectedException {
    CaptionForm form =
        CaptionForm.of(
            FormParts.read(
                body, type.getParameters().get(BOUNDARY), limits.maxBytes(), fieldBytesMax),
            bodies);
    CaptionBody same =
        new CaptionBody(
            null,
            form.prompt(),
            null,
            form.prompts(),
            form.model(),
            new CaptionBody.GenerationBody(form.maxNewTokens()),
            form.priority(),
            form.deadlineSeconds(),
            form.clientReference(),
            form.metadata());
    return request(headers, file(form.image()), same, form.question());
  }

  private CaptionRequest request(
      SubmissionHeaders headers, ImageInput image, CaptionBody body, List<String> questions)
      throws RejectedException {
    CaptionBody.GenerationBody generation = body.generation();
    return new CaptionRequest(
        caller.tenant(),
        headers.idempotencyKey(),
        body.clientReference() == null ? "" : body.clientReference(),
        image,
        Optional.ofNullable(body.model()),
        RequestParts.prompts(body.prompt(), questions, body.prompts()),
        RequestParts.generation(generation == null ? null : generation.maxNewTokens()),
        RequestParts.priority(body.priority()),
        RequestParts.timeToLive(body.deadlineSeconds()),
        body.metadata() == null ? Map.of() : body.metadata());
  }

  private ImageInput file(@Nullable FormPart image) throws RejectedException {
    if (image == null) {
      throw RequestParts.invalid("image: missing (expected: a file part named image)");
    }
    if (!image.isFile()) {
      throw RequestParts.invalid("image: a text (expected: a file part, with a file name)");
    }
    if (image.size() > limits.maxBytes()) {
      throw new RejectedException(
          Reason.IMAGE_TOO_LARGE,
          "image size: " + image.size() + " bytes (expected: at most " + limits.maxBytes() + ")");
    }
    return new ImageInput.Inline(
        image.bytes(), RequestParts.mediaType("image", image.type().orElse("")));
  }
}
