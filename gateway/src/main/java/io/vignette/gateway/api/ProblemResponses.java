package io.vignette.gateway.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Describes once what all operations have in common: the refusals that any request may meet, and
 * that every response from 400 on is a problem document.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class ProblemResponses implements OASFilter {
  private static final int FIRST_ERROR = 400;
  private static final List<String> RETRIED = List.of("429", "503");

  /** By status; what an operation says of its own goes before. */
  private static final Map<String, String> COMMON =
      Map.ofEntries(
          Map.entry("400", "The request is malformed; the detail says how."),
          Map.entry("401", "The gateway wants an API key, and the request has none that it knows."),
          Map.entry("403", "The request comes from a web page or for a host that is not allowed."),
          Map.entry("405", "The path has other methods; Allow names them."),
          Map.entry("406", "Accept names nothing that is offered."),
          Map.entry("414", "The request's target is too long."),
          Map.entry("421", "The request's Host is none of this gateway's."),
          Map.entry("429", "Too much at once: repeat after Retry-After."),
          Map.entry("431", "The request's headers are too large."),
          Map.entry("500", "A fault of the gateway's; its log says more."),
          Map.entry("503", "The gateway can't answer now: repeat after Retry-After."));

  @Override
  public Operation filterOperation(Operation operation) {
    APIResponses responses = operation.getResponses();
    COMMON.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(common -> !responses.hasAPIResponse(common.getKey()))
        .forEach(
            common ->
                responses.addAPIResponse(
                    common.getKey(),
                    OASFactory.createAPIResponse().description(common.getValue())));
    responses.getAPIResponses().forEach(ProblemResponses::complete);
    return operation;
  }

  private static void complete(String status, APIResponse response) {
    if (Integer.parseInt(status) >= FIRST_ERROR && response.getContent() == null) {
      response.setContent(problem());
    }
    if (RETRIED.contains(status)) {
      response.addHeader("Retry-After", header(SchemaType.INTEGER, "Seconds to wait."));
    } else if (status.equals("401")) {
      response.addHeader("WWW-Authenticate", header(SchemaType.STRING, "Bearer."));
    } else if (status.equals("405")) {
      response.addHeader("Allow", header(SchemaType.STRING, "The methods of this path."));
    }
  }

  private static Header header(SchemaType type, String description) {
    return OASFactory.createHeader()
        .description(description)
        .schema(OASFactory.createSchema().addType(type));
  }

  private static Content problem() {
    return OASFactory.createContent()
        .addMediaType(
            Problem.MEDIA_TYPE,
            OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
  }
}
