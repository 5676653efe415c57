package io.vignette.gateway.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Describes the two ways to send an API key. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class KeySchemes implements OASFilter {
  private static final String BEARER = "bearer";
  private static final String HEADER = "apiKey";

  @Override
  public void filterOpenAPI(OpenAPI document) {
    document
        .getComponents()
        .addSecurityScheme(
            BEARER,
            OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description(
                    "An API key (RFC 6750). A gateway without keys, which only its own machine"
                        + " reaches, wants none."))
        .addSecurityScheme(
            HEADER,
            OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.APIKEY)
                .in(SecurityScheme.In.HEADER)
                .name("X-API-Key")
                .description("The same key in a header of its own."));
    document
        .addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(BEARER))
        .addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(HEADER));
  }
}
