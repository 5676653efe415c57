package io.vignette.gateway.api;

import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vignette.gateway.presence.KafkaPresence;
import io.vignette.gateway.queue.QueueWatch;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.gateway.submission.Submissions;
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
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.links.Link;
import org.eclipse.microprofile.openapi.annotations.links.LinkParameter;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Hands pictures in and answers for jobs. Requests run on virtual threads. */
@Path(CaptionsResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@Tag(name = "captions", description = "Pictures in, captions out.")
public class CaptionsResource {
  static final String PATH = "/v1/captions";
  private static final String RETRY_SECONDS = "1";

  private final Requests requests;
  private final Submissions submissions;
  private final JobTable table;
  private final UnknownJobs unknown;
  private final QueueWatch queue;
  private final KafkaPresence kafka;
  private final HeldBody heldBody;
  private final Caller caller;

  @Inject
  public CaptionsResource(
      Requests requests,
      Submissions submissions,
      JobTable table,
      UnknownJobs unknown,
      QueueWatch queue,
      KafkaPresence kafka,
      HeldBody heldBody,
      Caller caller) {
    this.requests = requests;
    this.submissions = submissions;
    this.table = table;
    this.unknown = unknown;
    this.queue = queue;
    this.kafka = kafka;
    this.heldBody = heldBody;
    this.caller = caller;
  }

  @POST
  @RunOnVirtualThread
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "submitCaption",
      summary = "Hands a picture in",
      description = "202 means that the job is safe: it ends in exactly one result.")
  @Parameter(
      name = SubmissionHeaders.KEY_HEADER,
      in = ParameterIn.HEADER,
      description =
          "Your own name for this request, 1 to 255 printable ASCII characters: a repetition under"
              + " the same key is the same job, another request under it is refused"
              + " (job.conflict).",
      schema =
          @Schema(
              type = SchemaType.STRING,
              minLength = 1,
              maxLength = 255,
              pattern = SubmissionHeaders.KEY_PATTERN))
  @RequestBody(
      required = true,
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = CaptionBody.class)),
        @Content(
            mediaType = MediaType.MULTIPART_FORM_DATA,
            schema = @Schema(implementation = CaptionForm.class))
      })
  @APIResponse(
      responseCode = "200",
      description = "The job has ended within the time that Prefer asked for.",
      headers = {
        @Header(name = "Location", schema = @Schema(implementation = String.class)),
        @Header(name = "Preference-Applied", schema = @Schema(implementation = String.class))
      },
      links =
          @Link(
              name = "lookUp",
              operationId = "getCaption",
              description = "Looks the job up.",
              parameters = @LinkParameter(name = "id", expression = "$response.body#/id")),
      content = @Content(schema = @Schema(implementation = CaptionView.class)))
  @APIResponse(
      responseCode = "202",
      description = "The job is safely queued; its state is at Location.",
      headers = {
        @Header(name = "Location", schema = @Schema(implementation = String.class)),
        @Header(name = "Retry-After", schema = @Schema(implementation = Integer.class)),
        @Header(name = "Preference-Applied", schema = @Schema(implementation = String.class))
      },
      links =
          @Link(
              name = "lookUp",
              operationId = "getCaption",
              description = "Looks the job up.",
              parameters = @LinkParameter(name = "id", expression = "$response.body#/id")),
      content = @Content(schema = @Schema(implementation = CaptionView.class)))
  @APIResponse(responseCode = "400", description = "The request is malformed; the detail says how.")
  @APIResponse(responseCode = "408", description = "The body did not come in time.")
  @APIResponse(responseCode = "413", description = "The picture or the request is too large.")
  @APIResponse(
      responseCode = "415",
      description = "Neither JSON nor a form, or compressed; or the image's type can't be read.")
  @APIResponse(responseCode = "422", description = "Well-formed, but refused; the code says why.")
  @APIResponse(
      responseCode = "503",
      description =
          "Not taken, or not confirmed: the job may exist then. Repeat with the same Idempotency-Key.")
  public Response submit(InputStream body, @BeanParam SubmissionHeaders headers)
      throws RejectedException {
    JobId id;
    try (BodyBudget.Share held = heldBody.use()) {
      id = Stages.join(submissions.submit(requests.ofJson(body, headers), headers.trace()));
    }
    return answer(id, headers);
  }

  @POST
  @RunOnVirtualThread
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(hidden = true) // Described with its twin: one operation of two content types.
  public Response submitForm(
      InputStream body, @Context HttpHeaders http, @BeanParam SubmissionHeaders headers)
      throws RejectedException {
    JobId id;
    try (BodyBudget.Share held = heldBody.use()) {
      id =
          Stages.join(
              submissions.submit(
                  requests.ofForm(body, http.getMediaType(), headers), headers.trace()));
    }
    return answer(id, headers);
  }

  @GET
  @Path("/{id}")
  @RunOnVirtualThread
  @Operation(operationId = "getCaption", summary = "Looks a job up")
  @Parameter(
      name = HttpHeaders.IF_NONE_MATCH,
      in = ParameterIn.HEADER,
      description = "An ETag from before: answers 304 where nothing has changed.",
      schema = @Schema(type = SchemaType.STRING))
  @APIResponse(
      responseCode = "200",
      description = "The job's state, and its answers or error once it has ended.",
      headers = {
        @Header(name = "ETag", schema = @Schema(implementation = String.class)),
        @Header(name = "Retry-After", schema = @Schema(implementation = Integer.class)),
        @Header(name = "Preference-Applied", schema = @Schema(implementation = String.class))
      },
      content = @Content(schema = @Schema(implementation = CaptionView.class)))
  @APIResponse(
      responseCode = "304",
      description = "As If-None-Match knows it.",
      headers = {
        @Header(name = "ETag", schema = @Schema(implementation = String.class)),
        @Header(name = "Retry-After", schema = @Schema(implementation = Integer.class)),
        @Header(name = "Preference-Applied", schema = @Schema(implementation = String.class))
      })
  @APIResponse(
      responseCode = "404",
      description = "No such job, or it ended longer ago than results are kept.")
  @APIResponse(
      responseCode = "410",
      description = "Whatever job this was, it was made too long ago to be known still.")
  @APIResponse(
      responseCode = "503",
      description = "The job is unknown, and the table of jobs can't tell yet.")
  public Response get(
      @Parameter(
              description = "The id that the submission answered.",
              schema = @Schema(type = SchemaType.STRING, format = "uuid"))
          @PathParam("id")
          String id,
      @Parameter(
              description = Preference.TEXT,
              schema = @Schema(type = SchemaType.STRING, examples = "wait=20"))
          @HeaderParam(Preference.REQUEST_HEADER)
          @Nullable List<String> prefer,
      @Context Request request)
      throws RejectedException, JobNotFoundException {
    JobId jobId = JobId.parse(id).orElseThrow(() -> unknown.of(id));
    JobStatus status = lookup(jobId).filter(caller::maySee).orElseThrow(() -> unknown.of(jobId));
    Optional<Preference> preference = Preference.of(prefer);
    if (preference.isPresent() && !JobState.isTerminal(status)) {
      status = Stages.join(table.awaitTerminal(jobId, preference.get().limit())).orElse(status);
    }
    EntityTag tag = tagOf(status);
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    Response.ResponseBuilder response =
        unchanged == null ? Response.ok(view(status)).tag(tag) : unchanged;
    if (!JobState.isTerminal(status)) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }
    return applied(response, preference).build();
  }

  /** Whether an unknown job exists only Kafka can say; nobody waits for a Kafka that is away. */
  private Optional<JobStatus> lookup(JobId id) throws RejectedException {
    Optional<JobStatus> known = table.peek(id);
    if (known.isPresent()) {
      return known;
    }
    if (!kafka.isPresent()) {
      throw new RejectedException(
          Reason.QUEUE_UNAVAILABLE,
          "job: '%s' is not known here, and Kafka does not answer (expected: within 5 s)"
              .formatted(id));
    }
    return Stages.join(table.lookup(id));
  }

  private Response answer(JobId id, SubmissionHeaders headers) throws RejectedException {
    Optional<Preference> preference = headers.preference();
    Duration wait = preference.map(Preference::limit).orElse(Duration.ZERO);
    Optional<JobStatus> status = Stages.join(table.awaitTerminal(id, wait));
    // Who did not ask to wait gets the same answer however quick the worker was.
    boolean isEnded = preference.isPresent() && status.filter(JobState::isTerminal).isPresent();
    Response.ResponseBuilder response =
        Response.status(isEnded ? Response.Status.OK : Response.Status.ACCEPTED)
            .header(HttpHeaders.LOCATION, Views.pathOf(id.toString()))
            .entity(status.map(this::view).orElseGet(() -> Views.accepted(id)));
    if (!isEnded) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }
    return applied(response, preference).build();
  }

  private CaptionView view(JobStatus status) {
    return Views.of(status, queue.estimate(status));
  }

  private static Response.ResponseBuilder applied(
      Response.ResponseBuilder response, Optional<Preference> preference) {
    preference.ifPresent(granted -> response.header(Preference.RESPONSE_HEADER, granted.applied()));
    return response;
  }

  /** Weak: estimates change while the job does not. */
  private static EntityTag tagOf(JobStatus status) {
    return new EntityTag(status.getEventOffset() + "-" + status.getStateValue(), true);
  }
}
