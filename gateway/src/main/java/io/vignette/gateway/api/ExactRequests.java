package io.vignette.gateway.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.vignette.records.JobLimits;
import io.vignette.records.JobRules;
import io.vignette.records.WebAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Encoding;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * Makes the described requests as strict as the gateway is: what the description allows is taken
 * and what it forbids is refused, but for what only the gateway at hand can say, which are its
 * models, their ranges and the largest image.
 *
 * <p>Holds what annotations can't say. The numbers are the defaults of {@link JobLimits}.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class ExactRequests implements OASFilter {
  /** A character for which {@link Character#isWhitespace(int)} is false. */
  static final String NOT_BLANK =
      "[^\\t-\\r\\u001c- \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]";

  /** The standard alphabet, with or without padding, and at least one byte. */
  static final String BASE64 =
      "(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}(?:==)?|[0-9A-Za-z+/]{3}=?|[0-9A-Za-z+/]{4})";

  private static final String MEDIA_TYPE = "[ -+\\--~]{0,255}";
  private static final String DATA_URI =
      "^[Dd][Aa][Tt][Aa]:" + MEDIA_TYPE + ";[Bb][Aa][Ss][Ee]64," + BASE64 + "$";
  private static final JobLimits LIMITS = JobLimits.defaults();
  private static final String REQUEST = "CaptionRequest";
  private static final String FORM = "CaptionForm";
  private static final String PROMPT = "prompt";
  private static final String PROMPTS = "prompts";
  private static final String QUESTION = "question";
  private static final String METADATA = "metadata";
  private static final String JSON = "application/json";

  @Override
  public void filterOpenAPI(OpenAPI document) {
    for (String name : List.of(REQUEST, FORM, "Image", "Generation", "Prompt")) {
      schema(document, name).setAdditionalPropertiesBoolean(false);
    }
    for (String name : List.of(REQUEST, FORM)) {
      Schema request = schema(document, name);
      request.setOneOf(atMostOneOf(PROMPT, QUESTION, PROMPTS));
      property(request, PROMPTS).minItems(1).maxItems(LIMITS.promptsMax());
      describeText(property(request, PROMPT));
      describeMetadata(property(request, METADATA));
      property(request, "client_reference").maxLength(JobRules.IDENTITY_CHARACTERS_MAX);
    }
    describeText(property(schema(document, REQUEST), QUESTION));
    describeText(Objects.requireNonNull(property(schema(document, FORM), QUESTION).getItems()));
    describeImage(schema(document, "Image"));
    describePrompt(schema(document, "Prompt"));
  }

  private static Schema schema(OpenAPI document, String name) {
    return Objects.requireNonNull(document.getComponents().getSchemas().get(name), name);
  }

  private static Schema property(Schema schema, String name) {
    return Objects.requireNonNull(schema.getProperties().get(name), name);
  }

  @Override
  public Operation filterOperation(Operation operation) {
    if ("submitCaption".equals(operation.getOperationId())) {
      MediaType form = operation.getRequestBody().getContent().getMediaType("multipart/form-data");
      form.addEncoding(PROMPTS, json()).addEncoding(METADATA, json());
    }
    return operation;
  }

  private static Encoding json() {
    return OASFactory.createEncoding().contentType(JSON);
  }

  private static void describeText(Schema text) {
    text.minLength(1).maxLength(LIMITS.promptCharactersMax()).pattern(NOT_BLANK);
  }

  private static void describeMetadata(Schema metadata) {
    metadata
        .maxProperties(LIMITS.metadataPairsMax())
        .propertyNames(text().maxLength(LIMITS.metadataCharactersMax()))
        .additionalPropertiesSchema(text().maxLength(LIMITS.metadataCharactersMax()));
  }

  private static void describeImage(Schema image) {
    image.setOneOf(List.of(required("url"), required("data"), required("data_uri")));
    property(image, "url").maxLength(WebAddress.CHARACTERS_MAX).pattern(WebAddress.PATTERN);
    property(image, "data").minLength(2).pattern("^" + BASE64 + "$");
    property(image, "data_uri").pattern(DATA_URI);
  }

  private static void describePrompt(Schema prompt) {
    Schema plain =
        OASFactory.createSchema().addProperty("kind", text().enumeration(List.of("caption")));
    Schema words =
        OASFactory.createSchema()
            .required(List.of("text"))
            .addProperty("kind", text().enumeration(List.of("prefix", "question")))
            .addProperty("text", text().pattern(NOT_BLANK));
    property(prompt, "text").maxLength(LIMITS.promptCharactersMax());
    prompt.setOneOf(List.of(plain, words));
  }

  /** One of them without the others, or none: Schemathesis can't judge files by "not". */
  private static List<Schema> atMostOneOf(String... names) {
    List<Schema> alternatives = new ArrayList<>();
    for (String name : names) {
      alternatives.add(without(required(name), names, name));
    }
    alternatives.add(without(OASFactory.createSchema(), names, ""));
    return alternatives;
  }

  private static Schema without(Schema schema, String[] names, String kept) {
    for (String name : names) {
      if (!name.equals(kept)) {
        schema.addProperty(name, OASFactory.createSchema().booleanSchema(false));
      }
    }
    return schema;
  }

  private static Schema required(String... names) {
    return OASFactory.createSchema().required(List.of(names));
  }

  private static Schema text() {
    return OASFactory.createSchema().addType(SchemaType.STRING);
  }
}
