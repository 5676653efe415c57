package io.vignette.gateway.api;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vignette.gateway.status.TableNotReadyException;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.Reason;
import jakarta.inject.Inject;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a request ends with into a problem. */
public final class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  private final HeldBody heldBody;

  @Inject
  public ProblemMappers(HeldBody heldBody) {
    this.heldBody = heldBody;
  }

  @ServerExceptionMapper
  public Response rejected(RejectedException rejected, UriInfo uri) {
    Response problem = Problem.of(rejected.reason(), detailOf(rejected), uri.getPath()).response();
    return rejected
        .retryAfter()
        .map(
            wait ->
                Response.fromResponse(problem)
                    .header(HttpHeaders.RETRY_AFTER, wait.toSeconds())
                    .build())
        .orElse(problem);
  }

  @ServerExceptionMapper
  public Response notFound(JobNotFoundException notFound, UriInfo uri) {
    return Problem.of(Reason.JOB_NOT_FOUND, notFound.status(), detailOf(notFound), uri.getPath())
        .response();
  }

  @ServerExceptionMapper
  public Response notReady(TableNotReadyException notReady, UriInfo uri) {
    return Problem.of(Reason.GATEWAY_BUSY, detailOf(notReady), uri.getPath()).response();
  }

  @ServerExceptionMapper
  public Response tooLarge(BodyLimit.ExceededException exceeded, UriInfo uri) {
    return Problem.of(Reason.REQUEST_TOO_LARGE, detailOf(exceeded), uri.getPath()).response();
  }

  /** A resource was reached without an identity. {@link OpenPaths} is to refuse that earlier. */
  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  public Response unauthenticated(SecurityException refused, UriInfo uri) {
    return Response.fromResponse(
            Problem.of(Reason.ACCESS_DENIED, KeyAuthentication.DETAIL, uri.getPath()).response())
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException refused, UriInfo uri) {
    return Problem.of(
            Reason.ACCESS_DENIED,
            403,
            "request: not for this key (expected: another)",
            uri.getPath())
        .response();
  }

  @ServerExceptionMapper
  public Response full(BodyBudget.FullException full, UriInfo uri) {
    return Problem.of(Reason.GATEWAY_BUSY, detailOf(full), uri.getPath()).response();
  }

  @ServerExceptionMapper
  public Response refused(HttpRefusalException refusal, UriInfo uri) {
    return Problem.of(Reason.REQUEST_INVALID, refusal.status(), detailOf(refusal), uri.getPath())
        .response();
  }

  @ServerExceptionMapper
  public Response http(WebApplicationException failure, UriInfo uri, HttpHeaders headers) {
    int status = failure.getResponse().getStatus();
    Response problem =
        Problem.of(
                HttpProblems.reasonOf(status),
                status,
                HttpProblems.detailOf(status, headers),
                uri.getPath())
            .response();
    String allow = failure.getResponse().getHeaderString("Allow");
    return failure instanceof NotAllowedException && allow != null
        ? Response.fromResponse(problem).header("Allow", allow).build()
        : problem;
  }

  @ServerExceptionMapper
  public Response unexpected(Throwable failure, UriInfo uri) {
    if (heldBody.isAbandoned()) {
      LOG.debugf(failure, "request broke off: %s", uri.getPath());
    } else {
      LOG.errorf(failure, "request failed: %s", uri.getPath());
    }
    return Problem.of(
            Reason.INTERNAL, "request: failed inside the gateway; its log says why", uri.getPath())
        .response();
  }

  private static String detailOf(Exception failure) {
    return String.valueOf(failure.getMessage());
  }
}
