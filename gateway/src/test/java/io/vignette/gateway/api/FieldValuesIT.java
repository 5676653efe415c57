package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vignette.gateway.BrokerResource;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A value of a field is judged the same in JSON and in a form, and nowhere ends in a fault of the
 * gateway's.
 */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class FieldValuesIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PAIR = "\\ud83d\\ude00";
  private static final String HALF = "\\ud83d";

  /**
   * A field's value as JSON writes it.
   *
   * @param field name in the form; in JSON max_new_tokens stands in generation
   * @param code empty = taken
   */
  private record Value(String name, String field, String json, String code) {
    @Override
    public String toString() {
      return field + ": " + name;
    }

    /** As a form writes it: a text by itself, anything else as in JSON. */
    String inForm() throws IOException {
      return json.startsWith("\"") ? MAPPER.readTree(json).asText() : json;
    }

    /** A form can't write half a surrogate pair. */
    boolean isForBoth() {
      return !json.startsWith("\"") || !json.contains("\\ud");
    }
  }

  static Stream<Value> values() {
    String invalid = "request.invalid";
    return Stream.of(
        value("interactive", "priority", "\"interactive\"", ""),
        value("empty", "priority", "\"\"", invalid),
        value("blank", "priority", "\" \"", invalid),
        value("other case", "priority", "\"Bulk\"", invalid),
        value("white space behind", "priority", "\"bulk \"", invalid),
        value("half a pair", "priority", "\"" + HALF + "\"", invalid),
        value("empty", "model", "\"\"", "model.unknown"),
        value("blank", "model", "\" \"", "model.unknown"),
        value("path", "model", "\"../tiny-blip2\"", "model.unknown"),
        value("long", "model", "\"" + "x".repeat(10_000) + "\"", "model.unknown"),
        value("half a pair", "model", "\"" + HALF + "\"", invalid),
        value("pair at the cut", "model", "\"" + "x".repeat(79) + PAIR + "y\"", "model.unknown"),
        value("text", "prompt", "\"a photo of\"", ""),
        value("control characters", "prompt", "\"a\\u0000\\u0007\\u007f\"", ""),
        value("empty", "prompt", "\"\"", "prompt.missing"),
        value("blank", "prompt", "\"\\u2003\\t\"", "prompt.missing"),
        value("only a no-break space", "prompt", "\"\\u00a0\"", ""),
        value("longest", "prompt", "\"" + PAIR.repeat(4096) + "\"", ""),
        value("too long", "prompt", "\"" + PAIR.repeat(4097) + "\"", "prompt.too_long"),
        value("half a pair", "prompt", "\"a" + HALF + "\"", invalid),
        value("halves the wrong way round", "prompt", "\"\\ude00" + HALF + "\"", invalid),
        value("empty", "question", "\"\"", "prompt.missing"),
        value("blank", "question", "\" \"", "prompt.missing"),
        value("half a pair", "question", "\"" + HALF + "\"", invalid),
        value("none", "prompts", "[]", "prompt.missing"),
        value("null", "prompts", "null", invalid),
        value("of null", "prompts", "[null]", invalid),
        value("object", "prompts", "{}", invalid),
        value("number", "prompts", "1", invalid),
        value("without kind", "prompts", "[{\"text\":\"a\"}]", invalid),
        value("unknown kind", "prompts", "[{\"kind\":\"" + HALF + "\"}]", invalid),
        value("kind twice", "prompts", "[{\"kind\":\"caption\",\"kind\":\"caption\"}]", invalid),
        value("unknown field", "prompts", "[{\"kind\":\"caption\",\"\":1}]", invalid),
        value("null as text", "prompts", "[{\"kind\":\"caption\",\"text\":null}]", invalid),
        value("number as text", "prompts", "[{\"kind\":\"prefix\",\"text\":1}]", invalid),
        value("no text", "prompts", "[{\"kind\":\"prefix\"}]", "prompt.missing"),
        value("text of a caption", "prompts", "[{\"kind\":\"caption\",\"text\":\"\"}]", ""),
        value("half a pair", "prompts", prompts("\"a" + HALF + "\""), invalid),
        value(
            "16",
            "prompts",
            "[" + "{\"kind\":\"caption\"},".repeat(15) + "{\"kind\":\"caption\"}]",
            ""),
        value(
            "17",
            "prompts",
            "[" + "{\"kind\":\"caption\"},".repeat(16) + "{\"kind\":\"caption\"}]",
            "prompt.too_many"),
        value("5", "max_new_tokens", "5", ""),
        value("white space around", "max_new_tokens", " 5 ", ""),
        value("whole number with a point", "max_new_tokens", "5.0", ""),
        value("whole number with an exponent", "max_new_tokens", "0.5e1", ""),
        value("fraction", "max_new_tokens", "1.5", invalid),
        value("0", "max_new_tokens", "0", "generation.unsupported"),
        value("-0", "max_new_tokens", "-0", "generation.unsupported"),
        value("-1", "max_new_tokens", "-1", "generation.unsupported"),
        value("33", "max_new_tokens", "33", "generation.too_long"),
        value("2^31", "max_new_tokens", "2147483648", "generation.too_long"),
        value("2^64", "max_new_tokens", "18446744073709551616", "generation.too_long"),
        value("1e999999", "max_new_tokens", "1e999999", "generation.too_long"),
        value("-1e999999", "max_new_tokens", "-1e999999", "generation.unsupported"),
        value("1e-999999", "max_new_tokens", "1e-999999", invalid),
        value("exponent beyond", "max_new_tokens", "1e99999999999999999999", invalid),
        value("1,001 digits", "max_new_tokens", "1".repeat(1001), "request.too_large"),
        value("NaN", "max_new_tokens", "NaN", invalid),
        value("hexadecimal", "max_new_tokens", "0x5", invalid),
        value("plus", "max_new_tokens", "+5", invalid),
        value("leading zero", "max_new_tokens", "05", invalid),
        value("other digits", "max_new_tokens", "\u0665", invalid),
        value("true", "max_new_tokens", "true", invalid),
        value("null", "max_new_tokens", "null", invalid),
        value("list", "max_new_tokens", "[5]", invalid),
        value("1", "deadline_seconds", "1", ""),
        value("a day", "deadline_seconds", "86400", ""),
        value("more than a day", "deadline_seconds", "86401", invalid),
        value("0", "deadline_seconds", "0", invalid),
        value("-0.0", "deadline_seconds", "-0.0", invalid),
        value("-1", "deadline_seconds", "-1", invalid),
        value("fraction", "deadline_seconds", "1.5", invalid),
        value("2^63", "deadline_seconds", "9223372036854775808", invalid),
        value("1e999999", "deadline_seconds", "1e999999", invalid),
        value("-1e999999", "deadline_seconds", "-1e999999", invalid),
        value("false", "deadline_seconds", "false", invalid),
        value("null", "deadline_seconds", "null", invalid),
        value("empty", "client_reference", "\"\"", ""),
        value("longest", "client_reference", "\"" + PAIR.repeat(1024) + "\"", ""),
        value("too long", "client_reference", "\"" + "x".repeat(1025) + "\"", invalid),
        value("half a pair", "client_reference", "\"" + HALF + "\"", invalid),
        value("pair", "metadata", "{\"album\":\"2026\"}", ""),
        value("empty key", "metadata", "{\"\":\"\"}", ""),
        value("none", "metadata", "{}", ""),
        value("null", "metadata", "null", invalid),
        value("list", "metadata", "[]", invalid),
        value("number as value", "metadata", "{\"a\":1}", invalid),
        value("true as value", "metadata", "{\"a\":true}", invalid),
        value("null as value", "metadata", "{\"a\":null}", invalid),
        value("object as value", "metadata", "{\"a\":{}}", invalid),
        value("key twice", "metadata", "{\"a\":\"1\",\"a\":\"1\"}", invalid),
        value("half a pair as value", "metadata", "{\"a\":\"" + HALF + "\"}", invalid),
        value("half a pair as key", "metadata", "{\"" + HALF + "\":\"a\"}", invalid),
        value("half a pair and a number", "metadata", "{\"" + HALF + "\":1}", invalid),
        value("cut", "metadata", "{\"a\":", invalid),
        value("two", "metadata", "{} {}", invalid),
        value("longest", "metadata", "{\"a\":\"" + PAIR.repeat(1024) + "\"}", ""),
        value("too long", "metadata", "{\"a\":\"" + "x".repeat(1025) + "\"}", invalid));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void valuesAreJudgedAlike(Value value) throws IOException {
    try (FaultLog log = new FaultLog()) {
      RawHttp.Answer json = json(value);
      check(json, value);
      if (value.isForBoth()) {
        RawHttp.Answer form = form(value);
        check(form, value);
        assertThat(form.status()).as(form.body()).isEqualTo(json.status());
      }
      assertThat(log.faults()).isEmpty();
    }
  }

  private static void check(RawHttp.Answer answer, Value value) throws IOException {
    if (value.code().isEmpty()) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(202);
      return;
    }
    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.isProblem()).as(answer.toString()).isTrue();
    JsonNode problem = MAPPER.readTree(answer.body());
    assertThat(problem.path("code").asText()).as(answer.body()).isEqualTo(value.code());
    assertThat(problem.path("detail").asText()).hasSizeLessThan(400);
  }

  static Stream<Value> images() {
    String invalid = "request.invalid";
    return Stream.of(
        value("padded", "data", "\"AA==\"", ""),
        value("without padding", "data", "\"AA\"", ""),
        value("empty", "data", "\"\"", "image.empty"),
        value("half of the padding", "data", "\"AA=\"", invalid),
        value("too much padding", "data", "\"AAAA=\"", invalid),
        value("one character", "data", "\"A\"", invalid),
        value("line break", "data", "\"AAAA\\nAAAA\"", invalid),
        value("blanks", "data", "\" AAAA \"", invalid),
        value("alphabet of URLs", "data", "\"-_-_\"", invalid),
        value("half a pair", "data", "\"" + HALF + "\"", invalid),
        value("number", "data", "1", invalid),
        value("null", "data", "null", invalid),
        value("list", "data", "[\"AA==\"]", invalid),
        value("PNG", "data_uri", "\"data:image/png;base64,AA==\"", ""),
        value("parameters", "data_uri", "\"data:text/plain;charset=utf-8;base64,AA==\"", ""),
        value("no type", "data_uri", "\"data:;base64,AA==\"", ""),
        value("other case", "data_uri", "\"DATA:;BASE64,AA==\"", ""),
        value("no data", "data_uri", "\"data:image/png;base64,\"", "image.empty"),
        value("not base64", "data_uri", "\"data:image/png,abc\"", invalid),
        value("half a pair", "data_uri", "\"data:" + HALF + ";base64,AA==\"", invalid),
        value("control character", "data_uri", "\"data:\\u0007;base64,AA==\"", invalid),
        value("long type", "data_uri", "\"data:" + "x".repeat(256) + ";base64,AA==\"", invalid),
        value("half a pair, cut", "data_uri", "\"" + "x".repeat(39) + PAIR + "yy\"", invalid),
        value("plain", "url", "\"http://example.org/a.png\"", ""),
        value("largest port", "url", "\"https://example.org:65535/a?b=c#d\"", ""),
        value("empty port", "url", "\"https://example.org:\"", ""),
        value("port 65536", "url", "\"https://example.org:65536/a\"", invalid),
        value("port 70000", "url", "\"https://example.org:70000/a\"", invalid),
        value("port 99999999999", "url", "\"https://example.org:99999999999/a\"", invalid),
        value("port 0", "url", "\"https://example.org:0/a\"", invalid),
        value("port -1", "url", "\"https://example.org:-1/a\"", invalid),
        value("port of letters", "url", "\"https://example.org:http/a\"", invalid),
        value("user info", "url", "\"https://me:secret@example.org/a\"", invalid),
        value("space", "url", "\"https://example.org/a b\"", invalid),
        value("control character", "url", "\"https://example.org/\\u0001\"", invalid),
        value("line break", "url", "\"https://example.org/a\\r\\nX: y\"", invalid),
        value("line break at the end", "url", "\"https://example.org/\\n\"", invalid),
        value("IDN", "url", "\"https://b\u00fccher.example/\"", invalid),
        value("IDN in ASCII", "url", "\"https://xn--bcher-kva.example/\"", ""),
        value("not in ASCII", "url", "\"https://example.org/\u00e4\"", invalid),
        value("half an escape", "url", "\"https://example.org/%a\"", invalid),
        value("half a pair", "url", "\"https://example.org/" + HALF + "\"", invalid),
        value("two fragments", "url", "\"https://example.org/#a#b\"", invalid),
        value("IPv6", "url", "\"http://[2001:db8::1]:8080/a\"", ""),
        value("broken IPv6", "url", "\"http://[2001:db8:::1]/a\"", invalid),
        value("zone", "url", "\"http://[fe80::1%25eth0]/a\"", invalid),
        value("no host", "url", "\"http:///a\"", invalid),
        value("dot as host", "url", "\"http://./a\"", invalid),
        value("other scheme", "url", "\"ftp://example.org/a\"", invalid),
        value("empty", "url", "\"\"", invalid),
        value("longest", "url", "\"http://example.org/" + "x".repeat(4077) + "\"", ""),
        value("100 kB", "url", "\"http://example.org/" + "x".repeat(100_000) + "\"", invalid),
        value("escapes only", "url", "\"http://example.org/" + "%20".repeat(1359) + "\"", ""),
        value("127 labels", "url", "\"http://" + "a.".repeat(126) + "a\"", ""),
        value("dot at the end", "url", "\"http://example.org./\"", invalid),
        value("dots only", "url", "\"http://" + "a.".repeat(2000) + "\"", invalid),
        value("hyphens only", "url", "\"http://" + "-".repeat(4000) + "\"", invalid));
  }

  @ParameterizedTest(name = "image.{0}")
  @MethodSource("images")
  void imagesAreTakenOrRefusedByName(Value value) throws IOException {
    try (FaultLog log = new FaultLog()) {
      check(post("{\"image\":{\"" + value.field() + "\":" + value.json() + "}}"), value);
      assertThat(log.faults()).isEmpty();
    }
  }

  private static RawHttp.Answer json(Value value) throws IOException {
    String field = "\"" + value.field() + "\":" + value.json();
    String inside =
        value.field().equals("max_new_tokens") ? "\"generation\":{" + field + "}" : field;
    return post("{\"image\":{\"data\":\"AQID\"}," + inside + "}");
  }

  private static RawHttp.Answer post(String body) throws IOException {
    return RawHttp.send(
        "POST", "/v1/captions", List.of("Content-Type: application/json"), body.getBytes(UTF_8));
  }

  private static RawHttp.Answer form(Value value) throws IOException {
    String image =
        "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n123\r\n";
    String field = "--b\r\nContent-Disposition: form-data; name=\"" + value.field() + "\"\r\n\r\n";
    String form = image + field + value.inForm() + "\r\n--b--\r\n";
    return RawHttp.send(
        "POST",
        "/v1/captions",
        List.of("Content-Type: multipart/form-data; boundary=b"),
        form.getBytes(UTF_8));
  }

  private static String prompts(String text) {
    return "[{\"kind\":\"question\",\"text\":" + text + "}]";
  }

  private static Value value(String name, String field, String json, String code) {
    return new Value(name, field, json, code);
  }
}
