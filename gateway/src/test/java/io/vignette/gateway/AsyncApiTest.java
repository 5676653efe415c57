package io.vignette.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.vignette.gateway.topics.FixedTopics;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.Headers;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The committed description of the topics says what the code does. */
class AsyncApiTest {
  private static final Path ROOT = RepositoryFiles.root();
  private static final Path PROTO = ROOT.resolve("proto/src/main/protobuf/vignette/v1");
  private static final Pattern DEFINITION =
      Pattern.compile("(?m)(?:^//.*\\n)*^(?:message|enum) (\\w+) \\{\\n(?:.*\\n)*?^}$");

  private final JsonNode document = load(ROOT.resolve("docs/asyncapi.yaml"));

  @Test
  void channelsAreTheTopics() {
    Topics topics = Topics.standard();
    String events = text("/channels/imageEvents/address");

    assertThat(document.get("channels").findValuesAsText("address"))
        .containsExactlyInAnyOrder(
            topics.results(),
            topics.resultsJson(),
            topics.dead(),
            events,
            Topics.deadEvents(events));
    assertThat(text("/operations/takeImageEvent/bindings/kafka/groupId/const"))
        .isEqualTo(topics.intakeGroup());
  }

  @Test
  void topicsAreMadeAsDescribed() {
    FixedTopics usual = new FixedTopics();

    for (String results : List.of("results", "resultsJson")) {
      assertMade(results, usual.jobPartitions(), usual.resultRetention());
    }
    for (String dead : List.of("dead", "imageEventsDead")) {
      assertMade(dead, 1, usual.deadRetention());
    }
  }

  @Test
  void headersAreThoseThatAreWritten() {
    assertThat(names(document.at("/components/schemas/ResultHeaders/properties")))
        .containsExactlyInAnyOrder(
            Headers.CONTENT_TYPE,
            Headers.TENANT,
            Headers.CLIENT_REFERENCE,
            Headers.TRACEPARENT,
            Headers.TRACESTATE);
    assertThat(names(document.at("/components/messages/unusableEvent/headers/properties")))
        .containsExactlyInAnyOrder(
            Headers.ERROR,
            Headers.ERROR_MESSAGE,
            Headers.ORIGIN_TOPIC,
            Headers.ORIGIN_PARTITION,
            Headers.ORIGIN_OFFSET);
    assertThat(text("/components/messages/result/contentType")).isEqualTo(Headers.PROTOBUF);
    assertThat(text("/components/messages/deadJob/contentType")).isEqualTo(Headers.PROTOBUF);
    assertThat(text("/components/messages/resultJson/contentType")).isEqualTo(Headers.JSON);
  }

  @Test
  void protobufSchemasAreThoseOfTheProtoFiles() throws IOException {
    Map<String, String> sources =
        definitions(
            Files.readString(PROTO.resolve("job.proto"))
                + Files.readString(PROTO.resolve("events.proto")));

    assertExcerpt("result", CaptionResult.getDescriptor(), sources);
    assertExcerpt("deadJob", DeadJob.getDescriptor(), sources);
  }

  @Test
  void jsonSchemaHasTheFieldsOfTheMessage() {
    assertSchema(document.at("/components/schemas/CaptionResult"), CaptionResult.getDescriptor());
  }

  @Test
  void examplesAreResults() throws IOException {
    JsonNode examples = document.at("/components/messages/resultJson/examples");
    assertThat(examples).isNotEmpty();
    for (JsonNode example : examples) {
      CaptionResult.Builder result = CaptionResult.newBuilder();
      JsonFormat.parser().merge(example.get("payload").toString(), result);
      assertThat(result.getJobId()).isNotEmpty();
    }
  }

  private void assertMade(String channel, int partitions, Duration retention) {
    JsonNode kafka = document.at("/channels/" + channel + "/bindings/kafka");
    assertThat(kafka.get("partitions").asInt()).isEqualTo(partitions);
    assertThat(kafka.at("/topicConfiguration/retention.ms").asLong())
        .isEqualTo(retention.toMillis());
  }

  private void assertExcerpt(String message, Descriptor type, Map<String, String> sources) {
    JsonNode payload = document.at("/components/messages/" + message + "/payload");
    assertThat(payload.get("schemaFormat").asText())
        .isEqualTo("application/vnd.google.protobuf;version=3");
    Map<String, String> excerpt = definitions(payload.get("schema").asText());
    Set<String> needed = new HashSet<>();
    collect(type, needed);
    assertThat(excerpt).containsOnlyKeys(needed);
    assertThat(sources).containsAllEntriesOf(excerpt);
  }

  /** The top-level types of our own that {@code type} is made of. */
  private static void collect(Descriptor type, Set<String> names) {
    if (type.getOptions().getMapEntry() || add(type, type.getContainingType(), names)) {
      for (FieldDescriptor field : type.getFields()) {
        switch (field.getJavaType()) {
          case MESSAGE -> collect(field.getMessageType(), names);
          case ENUM -> add(field.getEnumType(), field.getEnumType().getContainingType(), names);
          default -> {}
        }
      }
    }
  }

  private static boolean add(GenericDescriptor type, Descriptor containingType, Set<String> names) {
    return containingType == null
        && type.getFullName().startsWith("vignette.v1.")
        && names.add(type.getName());
  }

  private void assertSchema(JsonNode schema, Descriptor type) {
    JsonNode properties = resolved(schema).get("properties");
    assertThat(names(properties))
        .as(type.getName())
        .containsExactlyElementsOf(
            type.getFields().stream().map(FieldDescriptor::getName).toList());
    for (FieldDescriptor field : type.getFields()) {
      assertField(resolved(properties.get(field.getName())), field);
    }
  }

  private void assertField(JsonNode schema, FieldDescriptor field) {
    if (field.isMapField()) {
      assertThat(schema.get("type").asText()).as(field.getFullName()).isEqualTo("object");
    } else if (field.isRepeated()) {
      assertThat(schema.get("type").asText()).as(field.getFullName()).isEqualTo("array");
      assertValue(resolved(schema.get("items")), field);
    } else {
      assertValue(schema, field);
    }
  }

  private void assertValue(JsonNode schema, FieldDescriptor field) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.getMessageType().getFullName().equals(Timestamp.getDescriptor().getFullName())) {
      assertSchema(schema, field.getMessageType());
      return;
    }
    String type =
        switch (field.getJavaType()) {
          case INT -> "integer";
          case FLOAT, DOUBLE -> "number";
          case BOOLEAN -> "boolean";
          case LONG, STRING, BYTE_STRING, ENUM, MESSAGE -> "string";
        };
    assertThat(schema.get("type").asText()).as(field.getFullName()).isEqualTo(type);
    if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
      assertValues(schema.get("enum"), field.getEnumType());
    }
  }

  /** All but the one that stands for none. */
  private static void assertValues(JsonNode listed, EnumDescriptor type) {
    assertThat(listed)
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(
            type.getValues().stream().skip(1).map(EnumValueDescriptor::getName).toList());
  }

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.get("$ref").asText().substring(1)) : schema;
  }

  private String text(String pointer) {
    return document.at(pointer).asText();
  }

  private static List<String> names(JsonNode object) {
    Iterable<String> names = object::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).toList();
  }

  private static Map<String, String> definitions(String proto) {
    return DEFINITION
        .matcher(proto)
        .results()
        .collect(Collectors.toMap(found -> found.group(1), MatchResult::group));
  }

  private static JsonNode load(Path file) {
    try {
      Map<String, Object> loaded =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
      return new ObjectMapper().valueToTree(new HashMap<>(loaded));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
