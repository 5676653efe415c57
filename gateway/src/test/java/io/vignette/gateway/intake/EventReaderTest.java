package io.vignette.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final EventReader reader = new EventReader();

  @Test
  void aNotificationOfMoreThanAnybodySendsIsOneFinding() {
    String many = "{\"Records\":[" + "0,".repeat(S3Notification.RECORDS_MAX) + "0]}";

    assertThat(new EventReader().read(Events.bare(many)))
        .containsExactly(
            new Finding.Unusable(
                Reason.EVENT_UNREADABLE, "Records: 10001 (expected: at most 10000)"));
  }

  @Test
  void pictureAsDataIsTheSameInBothModes() {
    for (ConsumerRecord<byte[], byte[]> record :
        List.of(
            Events.binary(Events.picture("1")),
            Events.structured(Events.picture("1")),
            Events.bare(new String(Events.structured(Events.picture("1")).value(), UTF_8)))) {
      ImageEvent event = found(record);

      assertThat(event.facts())
          .isEqualTo(
              new EventFacts(
                  "example.picture.added",
                  "https://shop.example/uploads",
                  "",
                  "cats/1.png",
                  "image/png"));
      assertThat(event.reference()).isEqualTo("cats/1.png");
      assertThat(event.identity())
          .isEqualTo(EventIdentity.ofCloudEvent("https://shop.example/uploads", "1"));
      assertThat(image(event)).isInstanceOf(ImageInput.Inline.class);
      assertThat(((ImageInput.Inline) image(event)).bytes()).containsExactly(Events.PICTURE);
    }
  }

  @Test
  void jsonDataIsARequest() {
    CloudEvent event =
        Events.json(
            "1",
            """
            {"image":{"url":"https://example.org/a.png"},"client_reference":"mine",
             "prompts":[{"kind":"caption"},{"kind":"question","text":"What?"}],
             "model":"tiny-blip2","generation":{"max_new_tokens":7},"priority":"interactive",
             "deadline_seconds":60,"metadata":{"a":"b"},"order":17}
            """);
    for (ConsumerRecord<byte[], byte[]> record :
        List.of(Events.binary(event), Events.structured(event))) {
      EventContent.Pictured content = (EventContent.Pictured) found(record).content();

      assertThat(content.image()).isEqualTo(new ImageInput.Url("https://example.org/a.png"));
      Wishes wishes = content.wishes();
      assertThat(wishes.reference()).contains("mine");
      assertThat(wishes.model()).contains("tiny-blip2");
      assertThat(wishes.maxNewTokens()).contains(7);
      assertThat(wishes.priority()).contains(Priority.INTERACTIVE);
      assertThat(wishes.timeToLive().orElseThrow()).hasSeconds(60);
      assertThat(wishes.metadata()).containsEntry("a", "b").hasSize(1);
      assertThat(wishes.prompts())
          .extracting(Prompt::getKind)
          .containsExactly(Prompt.Kind.CAPTION, Prompt.Kind.QUESTION);
    }
  }

  @Test
  void blobIsNamedByItsReference() {
    ImageEvent event =
        found(Events.binary(Events.json("1", "{\"image\":{\"blob\":\"s3://photos/a.png\"}}")));

    assertThat(image(event)).isEqualTo(new ImageInput.Blob("s3://photos/a.png", 0, ""));
    assertThat(event.reference()).isEqualTo("1");
  }

  @Test
  void traceIsThatOfTheRecordOrOfTheEvent() {
    CloudEvent event =
        CloudEventBuilder.v1(Events.picture("1")).withExtension("traceparent", TRACE).build();

    assertThat(found(Events.binary(event)).trace().parent()).isEqualTo(TRACE);
    assertThat(found(Events.structured(event)).trace().parent()).isEqualTo(TRACE);
    assertThat(found(Events.binary(Events.picture("1"))).trace().isNone()).isTrue();
  }

  @Test
  void everyCreatedObjectOfANotificationIsFound() {
    List<Finding> findings =
        reader.read(
            Events.bare(
                Events.s3(
                    Events.s3Record(
                        "ObjectCreated:Put",
                        "cats/a+b%2Bc.png",
                        ",\"size\":12,\"versionId\":\"v1\",\"sequencer\":\"0A\""),
                    Events.s3Record("ObjectRemoved:Delete", "cats/a.png", ""),
                    Events.s3Record("ObjectCreated:Put", "cats%2F", ",\"size\":0"),
                    Events.s3Record("ObjectCreated:Put", "empty.png", ",\"size\":0"))));

    assertThat(findings).hasSize(4);
    ImageEvent event = ((Finding.Found) findings.getFirst()).event();
    assertThat(image(event))
        .isEqualTo(new ImageInput.Blob("s3://photos/cats/a%20b%2Bc.png?versionId=v1", 12, ""));
    assertThat(event.facts())
        .isEqualTo(
            new EventFacts("s3:ObjectCreated:Put", "aws:s3", "photos", "cats/a b+c.png", ""));
    assertThat(event.identity())
        .isEqualTo(EventIdentity.ofObject("photos", "cats/a b+c.png", "v1", "0A"));
    assertThat(event.reference()).isEqualTo("photos/cats/a b+c.png");
    assertThat(findings.get(1)).isEqualTo(new Finding.Skipped(SkipCause.OTHER_EVENT));
    assertThat(findings.get(2)).isEqualTo(new Finding.Skipped(SkipCause.FOLDER));
    assertThat(((Finding.Found) findings.get(3)).event().content())
        .isInstanceOfSatisfying(
            EventContent.Unpictured.class,
            none -> assertThat(none.reason()).isEqualTo(Reason.IMAGE_EMPTY));
  }

  @Test
  void minioTellsTheMediaTypeAndEncodesSlashes() {
    ImageEvent event =
        found(
            Events.bare(
                """
                {"EventName":"s3:ObjectCreated:Put","Key":"photos/cats/a.png","Records":[
                  {"eventVersion":"2.0","eventSource":"minio:s3","awsRegion":"",
                   "eventTime":"2026-01-02T03:04:05.678Z","eventName":"s3:ObjectCreated:Put",
                   "s3":{"s3SchemaVersion":"1.0","bucket":{"name":"photos","arn":"arn:aws:s3:::photos"},
                     "object":{"key":"cats%2Fa.png","size":68,"eTag":"x",
                       "contentType":"image/png","sequencer":"17D8"}}}]}
                """));

    assertThat(event.facts())
        .isEqualTo(
            new EventFacts(
                "s3:ObjectCreated:Put", "minio:s3", "photos", "cats/a.png", "image/png"));
    assertThat(image(event)).isEqualTo(new ImageInput.Blob("s3://photos/cats/a.png", 68, ""));
  }

  @Test
  void notificationInACloudEventIsTheSameEvents() {
    String notification =
        Events.s3(Events.s3Record("ObjectCreated:Put", "a.png", ",\"sequencer\":\"0A\""));

    assertThat(found(Events.binary(Events.json("1", notification))))
        .isEqualTo(found(Events.bare(notification)));
    assertThat(found(Events.structured(Events.json("2", notification))))
        .isEqualTo(found(Events.bare(notification)));
  }

  @Test
  void withoutASequencerTheTimeTellsWritesApart() {
    assertThat(
            found(Events.bare(Events.s3(Events.s3Record("ObjectCreated:Put", "a.png", ""))))
                .identity())
        .isEqualTo(EventIdentity.ofObject("photos", "a.png", "", "2026-01-02T03:04:05.000Z"));
  }

  @Test
  void testEventIsSkipped() {
    assertThat(
            reader.read(
                Events.bare(
                    "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}")))
        .containsExactly(new Finding.Skipped(SkipCause.TEST_EVENT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "17",
        "[]",
        "{}",
        "{\"Records\":[]}",
        "{\"Records\":[null]}",
        "{\"Records\":[{\"Sns\":{}}]}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},"
            + "\"object\":{\"key\":\"%zz\"}}}]}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bbb\"},"
            + "\"object\":{\"key\":\"%ff\"}}}]}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bbb\"},"
            + "\"object\":{\"key\":\"a/%fe.png\"}}}]}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bbb\"},"
            + "\"object\":{\"key\":\"%ed%a0%80\"}}}]}",
        "{\"specversion\":\"1.0\"}",
        "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"9\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\":::\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"a\\ud800\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"s\\udc00\",\"type\":\"t\"}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bbb\"},"
            + "\"object\":{\"key\":\"a\\ud800\",\"size\":0}}}]}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bbb\"},"
            + "\"object\":{\"key\":\"a\",\"sequencer\":\"\\ud800\"}}}]}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"time\":\"noon\"}",
        "not json"
      })
  void rubbishIsUnreadable(String value) {
    assertThat(reader.read(Events.bare(value)))
        .singleElement()
        .isInstanceOfSatisfying(
            Finding.Unusable.class,
            unusable -> {
              assertThat(unusable.reason()).isEqualTo(Reason.EVENT_UNREADABLE);
              assertThat(unusable.message())
                  .contains("(expected: ")
                  .doesNotContainPattern("Exception|[a-z]\\.[a-z]+\\.|class ");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"specversion\":\"1.0\"}', id: missing or no text",
    "'{\"specversion\":\"1.0\",\"id\":7,\"source\":\"s\",\"type\":\"t\"}', id: missing or no text",
    "'{\"specversion\":\"9\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}', specversion: '9'",
    "'{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\":::\",\"type\":\"t\"}', source: ':::'",
    "'{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"time\":\"noon\"}',"
        + " time: 'noon'"
  })
  void whatIsWrongWithACloudEventIsSaidInItsOwnWords(String value, String fault) {
    String expected = "CloudEvent " + fault + " (expected: version 1.0 with id, source and type)";

    assertThat(reader.read(Events.bare(value)))
        .containsExactly(new Finding.Unusable(Reason.EVENT_UNREADABLE, expected));
  }

  @Test
  void recordWithoutValueIsUnreadable() {
    RecordHeaders structured = new RecordHeaders();
    structured.add("content-type", "application/cloudevents+json; charset=utf-8".getBytes(UTF_8));
    RecordHeaders batch = new RecordHeaders();
    batch.add("content-type", "application/cloudevents-batch+json".getBytes(UTF_8));

    for (RecordHeaders headers : List.of(new RecordHeaders(), structured, batch)) {
      assertThat(reader.read(Events.record(null, headers)))
          .singleElement()
          .isInstanceOf(Finding.Unusable.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"image\":{}} | request.invalid",
        "{\"image\":{\"url\":\"u\",\"blob\":\"b\"}} | request.invalid",
        "{\"image\":{\"blob\":\" \"}} | request.invalid",
        "{\"image\":17} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"priority\":\"high\"} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"prompts\":[{\"kind\":\"x\"}]} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"prompts\":[null]} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"prompt\":\"a\",\"question\":\"b\"} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"metadata\":{\"a\":null}} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"deadline_seconds\":\"soon\"} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"deadline_seconds\":86400.9} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"deadline_seconds\":1e10} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"deadline_seconds\":1e400} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":1.5}} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":0.4}} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":1e-5}} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":32.9}} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":\"7\"}} | request.invalid",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":0}} | generation.unsupported",
        "{\"image\":{\"url\":\"u\"},\"generation\":{\"max_new_tokens\":1e10}} | generation.too_long",
        "{\"order\":17} | event.no_image",
        "[1] | event.unreadable",
        "{ | event.unreadable",
        "{\"image\":{\"url\":\"https://example.org/a.png\"},\"question\":\"a\",\"question\":\"b\"} | event.unreadable"
      })
  void dataAtFaultAreNamed(String example) {
    String[] parts = example.split(" \\| ", -1);

    assertThat(found(Events.binary(Events.json("1", parts[0]))).content())
        .isInstanceOfSatisfying(
            EventContent.Unpictured.class,
            none -> {
              assertThat(none.reason().code()).isEqualTo(parts[1]);
              assertThat(none.message()).contains("(expected: ");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "7.0", "70e-1", "0.7e1"})
  void aWholeNumberMayBeWrittenInAnyWay(String seven) {
    CloudEvent event =
        Events.json(
            "1",
            """
            {"image":{"url":"https://example.org/a.png"},"deadline_seconds":%s,
             "generation":{"max_new_tokens":%s}}
            """
                .formatted(seven, seven));
    for (ConsumerRecord<byte[], byte[]> record :
        List.of(Events.binary(event), Events.structured(event))) {
      Wishes wishes = ((EventContent.Pictured) found(record).content()).wishes();

      assertThat(wishes.maxNewTokens()).contains(7);
      assertThat(wishes.timeToLive().orElseThrow()).hasSeconds(7);
    }
  }

  @Test
  void aKeyMayHoldAnyCharacter() {
    String record = Events.s3Record("ObjectCreated:Put", "%C3%A4+é%F0%9F%90%88%EF%BF%BD.png", "");

    assertThat(found(Events.bare(Events.s3(record))).reference())
        .isEqualTo("photos/ä é\ud83d\udc08\ufffd.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "ce_source", "ce_type", "ce_subject", "ce_more", "content-type"})
  void aHeaderThatIsNotUtf8IsUnreadable(String name) {
    for (byte[] value : List.of(new byte[] {'a', (byte) 0xff}, new byte[] {(byte) 0xc3, 'a'})) {
      ConsumerRecord<byte[], byte[]> record = Events.binary(Events.picture("1"));
      record.headers().remove(name).add(name, value);

      assertThat(reader.read(record))
          .containsExactly(
              new Finding.Unusable(
                  Reason.EVENT_UNREADABLE,
                  "header " + name + ": not UTF-8 (expected: text in UTF-8)"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "ce_ID", "ce_source", "ce_specversion", "content-type"})
  void aHeaderThatComesTwiceIsUnreadable(String name) {
    ConsumerRecord<byte[], byte[]> record = Events.binary(Events.picture("1"));
    record.headers().add(name, "1.0".getBytes(UTF_8));

    assertThat(reader.read(record))
        .containsExactly(
            new Finding.Unusable(
                Reason.EVENT_UNREADABLE,
                "header " + name.toLowerCase(Locale.ROOT) + ": twice (expected: once)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "source", "subject", "more"})
  void aFieldThatComesTwiceIsUnreadable(String name) {
    ConsumerRecord<byte[], byte[]> once = Events.structured(Events.picture("1"));
    String field = "{\"%s\":\"1\",\"%s\":\"2\",".formatted(name, name);
    byte[] twice = new String(once.value(), UTF_8).replaceFirst("\\{", field).getBytes(UTF_8);

    assertThat(reader.read(Events.record(twice, once.headers())))
        .containsExactly(
            new Finding.Unusable(
                Reason.EVENT_UNREADABLE,
                "CloudEvent: a field twice, or no JSON in UTF-8 (expected: each field once)"));
  }

  @Test
  void headersOfOthersMayBeAnything() {
    ConsumerRecord<byte[], byte[]> record = Events.binary(Events.picture("1"));
    record.headers().add("other", new byte[] {(byte) 0xff}).add("other", null);

    assertThat(found(record).reference()).isEqualTo("cats/1.png");
  }

  @Test
  void otherDataAreNoPicture() {
    CloudEvent text = Events.event("1").withData("text/plain", new byte[] {65}).build();
    CloudEvent nothing =
        CloudEventBuilder.v1().withId("1").withSource(URI.create("s")).withType("t").build();

    for (CloudEvent event : List.of(text, nothing)) {
      assertThat(found(Events.binary(event)).content())
          .isInstanceOfSatisfying(
              EventContent.Unpictured.class,
              none -> assertThat(none.reason()).isEqualTo(Reason.EVENT_NO_IMAGE));
    }
  }

  private ImageEvent found(ConsumerRecord<byte[], byte[]> record) {
    List<Finding> findings = reader.read(record);
    assertThat(findings).singleElement().isInstanceOf(Finding.Found.class);
    return ((Finding.Found) findings.getFirst()).event();
  }

  private static ImageInput image(ImageEvent event) {
    return ((EventContent.Pictured) event.content()).image();
  }
}
