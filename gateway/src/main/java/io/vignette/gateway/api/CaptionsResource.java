package io.vignette.gateway.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.gateway.submission.Submissions;
import io.vignette.images.ImageLimits;
import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.JobStatus;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Hands pictures in and answers for jobs. Requests run on virtual threads. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Vignette",
            version = "1",
            description =
                "Captions pictures at queue scale. Every error is an RFC 9457 problem with a stable"
                    + " reason code.",
            license =
                @License(
                    name = "Apache-2.0",
                    url = "https://www.apache.org/licenses/LICENSE-2.0.txt")))
@Path(CaptionsResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "captions", description = "Pictures in, captions out.")
public class CaptionsResource {
  static final String PATH = "/v1/captions";
  private static final Duration LOOKUP_WAIT = Duration.ofSeconds(1);
  private static final String RETRY_SECONDS = "1";
  private static final String KEY_HEADER = "Idempotency-Key";

  private static final String KEY_TEXT =
      "Your own name for this request, 1 to 255 characters: a repetition under the same key is the"
          + " same job, another request under it is refused (job.conflict).";
  private static final String PREFER_TEXT =
      "wait=N: answer when the job has ended, or after N seconds (at most 60).";
  private static final String PROBLEM_TEXT = "The request is at fault; the code says how.";

  private final Submissions submissions;
  private final JobTable table;
  private final BodyReader bodies;
  private final ImageLimits limits;

  @Inject
  public CaptionsResource(
      Submissions submissions, JobTable table, BodyReader bodies, ImageLimits limits) {
    this.submissions = submissions;
    this.table = table;
    this.bodies = bodies;
    this.limits = limits;
  }

  @POST
  @RunOnVirtualThread
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "submitCaption",
      summary = "Hands a picture in",
      description = "202 means that the job is safe: it ends in exactly one result.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = CaptionBody.class)))
  @Ended
  @Accepted
  @Refused
  @Unavailable
  public Response submit(
      InputStream body,
      @Parameter(description = KEY_TEXT) @HeaderParam(KEY_HEADER) @Nullable String key,
      @Parameter(description = PREFER_TEXT) @HeaderParam(Preference.REQUEST_HEADER)
          @Nullable List<String> prefer)
      throws RejectedException, IOException {
    return submit(Requests.of(bodies.read(body), key), prefer);
  }
}
