package io.vignette.gateway.api;

import io.vertx.core.json.JsonObject;
import io.vignette.gateway.http.RefusalDocument;
import jakarta.enterprise.context.ApplicationScoped;

/** Problems as JSON, for requests that never reach a resource. Thread-safe. */
@ApplicationScoped
public class ProblemDocuments implements RefusalDocument {

  @Override
  public String mediaType() {
    return Problem.MEDIA_TYPE;
  }

  @Override
  public String of(int status, String detail, String path) {
    return json(Problem.of(HttpProblems.reasonOf(status), status, detail, path));
  }

  static String json(Problem problem) {
    return new JsonObject()
        .put("type", problem.type())
        .put("title", problem.title())
        .put("status", problem.status())
        .put("detail", problem.detail())
        .put("code", problem.code())
        .put("instance", problem.instance())
        .encode();
  }
}
