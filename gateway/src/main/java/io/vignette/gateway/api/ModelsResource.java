package io.vignette.gateway.api;

import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.NonBlocking;
import io.vignette.models.ModelRepository;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The models that can be asked for. */
@Path("/v1/models")
@Authenticated
@Tag(name = "models", description = "What can be asked for.")
public class ModelsResource {
  private final ModelRepository models;

  @Inject
  public ModelsResource(ModelRepository models) {
    this.models = models;
  }

  @GET
  @NonBlocking
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "listModels", summary = "Lists the models and their limits")
  @APIResponse(responseCode = "200", description = "All models, by name.")
  public ModelView.ModelsView list() {
    String standard = models.defaultModel().name();
    return new ModelView.ModelsView(
        models.models().stream()
            .map(model -> ModelView.of(model, model.name().equals(standard)))
            .toList());
  }
}
