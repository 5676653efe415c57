package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vignette.gateway.BrokerResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client's mistake is answered with a status from 400 to 499 and a problem document that names
 * what is wrong, and leaves no error in the log, however the request is malformed.
 */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class MalformedRequestsIT {
  private static final String FORM = "Content-Type: multipart/form-data; boundary=b";
  private static final String JSON = "Content-Type: application/json";
  private static final String IMAGE =
      "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nabc\r\n";
  private static final String END = "--b--\r\n";
  private static final String BODY = "{\"image\":{\"data\":\"iVBORw0KGgo=\"}}";

  /**
   * A request and what is expected of its answer.
   *
   * @param status 0 = any from 400 to 499
   * @param detail part of the problem's detail; empty = any
   */
  private record Call(
      String name,
      String method,
      String target,
      List<String> headers,
      byte[] body,
      int status,
      String detail) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Call> calls() {
    return Stream.of(contentTypes(), forms(), bodies(), headers(), targets())
        .flatMap(calls -> calls);
  }

  private static Stream<Call> contentTypes() {
    return Stream.of(
        post("no content type", 415, "Content-Type: missing"),
        post("empty content type", 415, "Content-Type: ''", "Content-Type:"),
        post("garbage as content type", 415, "'garbage'", "Content-Type: garbage"),
        post("half a content type", 415, "'application/'", "Content-Type: application/"),
        post("content type of slashes", 415, "'///'", "Content-Type: ///"),
        post("two content types", 415, "Content-Type: 2", JSON, JSON),
        post("two content types in one line", 415, "", "Content-Type: text/plain, text/html"),
        post("text", 415, "'text/plain'", "Content-Type: text/plain"),
        post("any type", 415, "", "Content-Type: */*"),
        post("any application", 415, "", "Content-Type: application/*"),
        post("url-encoded form", 415, "", "Content-Type: application/x-www-form-urlencoded"),
        post("another multipart", 415, "", "Content-Type: multipart/mixed; boundary=b"),
        post("content type not in ASCII", 415, "", "Content-Type: \u00e4/\u00f6"),
        post("content type with a control character", 0, "", "Content-Type: a\u0001/b"),
        new Call(
            "post without a type to a path that has none",
            "POST",
            "/v1/models",
            List.of(),
            new byte[0],
            405,
            "method"),
        new Call(
            "post of garbage to a path that has none",
            "POST",
            "/v1/models",
            List.of("Content-Type: garbage"),
            new byte[0],
            405,
            "method"),
        post("picture wanted", 406, "'image/png'", JSON, "Accept: image/png"),
        post("JSON not wanted", 406, "", JSON, "Accept: application/json;q=0, text/html"),
        post(
            "two boundaries",
            415,
            "boundary=x",
            "Content-Type: multipart/form-data; boundary=x; boundary=y"),
        post("compressed body", 415, "Content-Encoding: 'gzip'", JSON, "Content-Encoding: gzip"),
        post("unknown coding", 415, "'x-nonsense'", JSON, "Content-Encoding: x-nonsense"));
  }

  private static Stream<Call> forms() {
    String manyParts =
        IntStream.range(0, 1001).mapToObj(i -> field("question", "W?")).reduce("", String::concat);
    return Stream.of(
        form("no boundary", "boundary", IMAGE + END, "Content-Type: multipart/form-data"),
        form(
            "empty boundary",
            "boundary",
            IMAGE + END,
            "Content-Type: multipart/form-data; boundary="),
        form(
            "empty quoted boundary",
            "boundary",
            IMAGE + END,
            "Content-Type: multipart/form-data; boundary=\"\""),
        form(
            "boundary of 71 characters",
            "boundary",
            IMAGE + END,
            "Content-Type: multipart/form-data; boundary=" + "b".repeat(71)),
        form(
            "boundary of 7,000 characters",
            "boundary",
            IMAGE + END,
            "Content-Type: multipart/form-data; boundary=" + "b".repeat(7000)),
        form(
            "boundary not in ASCII",
            "boundary",
            IMAGE + END,
            "Content-Type: multipart/form-data; boundary=\u00e4"),
        form("another boundary", "", IMAGE + END, "Content-Type: multipart/form-data; boundary=c"),
        form("unknown charset", "", "--b--", FORM + "; charset=nonsense"),
        form("empty body", "", "", FORM),
        form("no part", "", END, FORM),
        form("only a preamble", "", "hello", FORM),
        form("cut in the boundary", "", "--", FORM),
        form("cut after the boundary", "", "--b\r\n", FORM),
        form("cut in a header", "", "--b\r\nContent-Dispo", FORM),
        form("cut in the image", "", IMAGE.substring(0, IMAGE.length() - 3), FORM),
        form("cut before the last boundary", "", IMAGE, FORM),
        form("cut in the last boundary", "", IMAGE + "--b-", FORM),
        form("header without a colon", "", "--b\r\nnonsense\r\n\r\nx\r\n" + END, FORM),
        form("no header", "", "--b\r\n\r\nx\r\n" + END, FORM),
        form("no disposition", "", "--b\r\nContent-Type: image/png\r\n\r\nx\r\n" + END, FORM),
        form(
            "another disposition",
            "",
            "--b\r\nContent-Disposition: attachment; name=\"image\"\r\n\r\nx\r\n" + END,
            FORM),
        form("no name", "", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, FORM),
        form(
            "header of 100 kB",
            "",
            "--b\r\nX: " + "x".repeat(100_000) + "\r\n\r\nx\r\n" + END,
            FORM),
        form(
            "control characters in a header", "", "--b\r\n\u0000: \u0001\r\n\r\nx\r\n" + END, FORM),
        form(
            "unknown transfer encoding",
            "'x-nonsense'",
            part("image\"; filename=\"a", "Content-Transfer-Encoding: x-nonsense", "abc") + END,
            FORM),
        form(
            "bad base64 transfer encoding",
            "Content-Transfer-Encoding",
            part("image\"; filename=\"a", "Content-Transfer-Encoding: base64", "A") + END,
            FORM),
        form(
            "bad quoted-printable transfer encoding",
            "Content-Transfer-Encoding",
            part("image\"; filename=\"a", "Content-Transfer-Encoding: quoted-printable", "=ZZ")
                + END,
            FORM),
        form(
            "unknown charset of a part",
            "'nonsense'",
            IMAGE + part("prompt", "Content-Type: text/plain; charset=nonsense", "a") + END,
            FORM),
        form(
            "impossible charset of a part",
            "charset",
            IMAGE + part("prompt", "Content-Type: text/plain; charset=\"\u0001 /\"", "a") + END,
            FORM),
        form("text that is not UTF-8", "prompt: ", IMAGE + field("prompt", "\u00e4") + END, FORM),
        tooLarge("1,001 parts", "1000", IMAGE + manyParts + END),
        form("17 questions", "", IMAGE + field("question", "W?").repeat(17) + END, FORM),
        form("unknown field", "promt: unknown", IMAGE + field("promt", "a") + END, FORM),
        form(
            "name of 4,000 characters",
            "unknown field",
            IMAGE + field("x".repeat(4000), "a") + END,
            FORM),
        form(
            "name of 4,000 escapes",
            "unknown field",
            IMAGE + field("\\x".repeat(3900), "a") + END,
            FORM),
        form(
            "name without an end",
            "",
            "--b\r\nContent-Disposition: form-data; name=\""
                + "x".repeat(4000)
                + "\r\n\r\nx\r\n"
                + END,
            FORM),
        form(
            "charset of 4,000 characters",
            "charset",
            IMAGE
                + part(
                    "prompt", "Content-Type: text/plain; charset=\"" + "x".repeat(4000) + "\"", "a")
                + END,
            FORM),
        form("two images", "image: ", IMAGE + IMAGE + END, FORM),
        form("two prompts", "prompt: ", IMAGE + field("prompt", "a").repeat(2) + END, FORM),
        form("image as text", "image: ", field("image", "cat.png") + END, FORM),
        form(
            "text as file",
            "prompt: ",
            IMAGE + part("prompt\"; filename=\"a", "Content-Type: text/plain", "a") + END,
            FORM));
  }

  private static Stream<Call> bodies() {
    return Stream.of(
        json("empty body", "", ""),
        json("white space", "", "  \r\n"),
        json("cut", "", BODY.substring(0, 20)),
        json("text", "", "hello"),
        json("number", "", "1"),
        json("byte order mark and nothing", "", "\ufeff"),
        json("nested 10,000 deep", "", "[".repeat(10_000)),
        json("nested 10,000 deep in an unknown field", "", "{\"x\":" + "[".repeat(10_000)),
        json("nested in metadata", "", metadata("{\"a\":" + "[".repeat(10_000))),
        json("name of 100 kB", "", "{\"" + "x".repeat(100_000) + "\":1}"),
        json("number of 100 kB", "", with("deadline_seconds", "1".repeat(100_000))),
        json("exponent of 100 digits", "", with("deadline_seconds", "1e" + "9".repeat(100))),
        json("NaN", "", with("deadline_seconds", "NaN")),
        json("infinity", "", with("deadline_seconds", "-Infinity")),
        json("hexadecimal", "", with("deadline_seconds", "0x10")),
        json("leading zeros", "", with("deadline_seconds", "007")),
        json("comment", "", "/* a */" + BODY),
        json("single quotes", "", "{'image':{'data':'AA=='}}"),
        json("unpaired surrogate in an unknown field", "", with("\\ud800", "1")),
        json("unpaired surrogate in priority", "priority", with("priority", "\"\\udc00\"")),
        json(
            "surrogate pair at the place where values are cut",
            "priority",
            with("priority", "\"" + "x".repeat(39) + "\\ud83d\\ude00 and more\"")),
        json(
            "surrogate pair at the place where models are cut",
            "model",
            with("model", "\"" + "x".repeat(79) + "\\ud83d\\ude00 and more\"")),
        json(
            "same field twice",
            "twice",
            "{\"image\":{\"url\":\"http://a/\"},\"prompt\":\"a\",\"prompt\":\"b\"}"),
        json(
            "same image field twice", "twice", "{\"image\":{\"data\":\"AA==\",\"data\":\"AA==\"}}"),
        json("same metadata key twice", "twice", metadata("{\"a\":\"1\",\"a\":\"2\"}")),
        new Call(
            "not UTF-8",
            "POST",
            "/v1/captions",
            List.of(JSON),
            with("prompt", "\"\u00e4\"").getBytes(ISO_8859_1),
            400,
            ""),
        new Call(
            "UTF-8 that is longer than need be",
            "POST",
            "/v1/captions",
            List.of(JSON),
            with("prompt", "\"\u00c0\u00af\"").getBytes(ISO_8859_1),
            400,
            "not UTF-8"),
        new Call("UTF-16", "POST", "/v1/captions", List.of(JSON), BODY.getBytes(UTF_16), 400, ""),
        new Call(
            "half of UTF-16",
            "POST",
            "/v1/captions",
            List.of(JSON),
            odd(BODY.getBytes(UTF_16)),
            400,
            ""),
        new Call(
            "half of UTF-32",
            "POST",
            "/v1/captions",
            List.of(JSON),
            new byte[] {0, 0, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 123, 0x7f, 0, 0, 0},
            400,
            ""));
  }

  private static Stream<Call> headers() {
    return Stream.of(
        post("blank key", 400, "Idempotency-Key", JSON, "Idempotency-Key:  "),
        post("empty key", 400, "Idempotency-Key", JSON, "Idempotency-Key:"),
        post("two keys", 400, "Idempotency-Key", JSON, "Idempotency-Key: a", "Idempotency-Key: b"),
        post("key of 256", 400, "Idempotency-Key", JSON, "Idempotency-Key: " + "k".repeat(256)),
        post("key not in ASCII", 400, "Idempotency-Key", JSON, "Idempotency-Key: \u00e4"),
        post("key with a tab", 400, "Idempotency-Key", JSON, "Idempotency-Key: a\tb"),
        post("key with a control character", 0, "", JSON, "Idempotency-Key: a\u0001b"),
        get("garbage in Accept", 406, "'garbage'", "/v1/models", "Accept: garbage"),
        get("empty part in Accept", 406, "", "/v1/models", "Accept: ;;;"),
        get("Accept of what is not offered", 406, "'text/html'", "/v1/models", "Accept: text/html"),
        post("garbage in Accept of a post", 406, "", JSON, "Accept: a/b/c"),
        get("Accept not in ASCII", 406, "", "/v1/models", "Accept: \u00e4"),
        get(
            "If-None-Match of an unknown job",
            404,
            "",
            "/v1/captions/00000000-0000-8000-8000-000000000000x",
            "If-None-Match: garbage"));
  }

  private static Stream<Call> targets() {
    return Stream.of(
        get("percent sign alone", 0, "", "/v1/captions/%"),
        get("half an escape", 0, "", "/v1/captions/%z"),
        get("no escape", 0, "", "/v1/captions/%zz"),
        get("bytes that are not UTF-8", 0, "", "/v1/captions/%ff%fe"),
        new Call(
            "a million prompts",
            "POST",
            "/v1/captions",
            List.of(JSON),
            bytes("{\"prompts\":[" + "{},".repeat(1_000_000) + "{}]}"),
            413,
            "too many values"),
        new Call(
            "half a million pairs of metadata",
            "POST",
            "/v1/captions",
            List.of(JSON),
            bytes(
                IntStream.range(0, 500_000)
                    .mapToObj(i -> "\"" + i + "\":\"\"")
                    .collect(Collectors.joining(",", "{\"metadata\":{", "}}"))),
            413,
            "too many values"),
        get("encoded surrogate", 0, "", "/v1/captions/%ED%A0%80"),
        get("encoded NUL", 0, "", "/v1/captions/%00"),
        get("encoded line break", 0, "", "/v1/captions/a%0d%0ab"),
        get("encoded slash", 0, "", "/v1/captions/%2f"),
        get("bare bracket", 0, "", "/v1/captions/[|]"),
        get("not in ASCII", 0, "", "/v1/captions/\u00e4"),
        get("1,000 characters", 404, "", "/v1/captions/" + "x".repeat(1000)),
        get("matrix parameter", 0, "", "/v1/captions/a;b=%zz"),
        get("odd query", 0, "", "/v1/captions/a?%zz=%"),
        get("query not in ASCII", 0, "", "/v1/captions/a?\u00e4=%ff"),
        get("many query parameters", 0, "", "/v1/captions/a?" + "a=b&".repeat(900)),
        new Call(
            "odd query of a post", "POST", "/v1/captions?%zz", List.of(JSON), bytes("{}"), 0, ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void aMistakeIsNamed(Call call) throws IOException {
    try (FaultLog log = new FaultLog()) {
      RawHttp.Answer answer =
          RawHttp.send(call.method(), call.target(), call.headers(), call.body());

      if (call.status() == 0) {
        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
      } else {
        assertThat(answer.status()).as(answer.body()).isEqualTo(call.status());
        assertThat(answer.isProblem()).as(answer.toString()).isTrue();
      }
      assertThat(answer.body()).contains(call.detail());
      assertThat(log.faults()).isEmpty();
    }
  }

  /** What looks odd and is no mistake. */
  @Test
  void oddWritingsOfGoodRequestsAreTaken() throws IOException {
    accepted(List.of(JSON), bytes("\ufeff" + BODY));
    accepted(List.of("Content-Type: Application/JSON; charset=UTF-8"), bytes(BODY));
    accepted(List.of(JSON, "Accept: text/html;q=0.5, */*;q=0.1"), bytes(BODY));
    accepted(List.of(JSON, "Content-Encoding: identity"), bytes(BODY));
    accepted(
        List.of(JSON, "Prefer: wait=nonsense", "Prefer: =;,\"", "traceparent: \u00e4"),
        bytes(BODY));
    accepted(List.of(JSON, "tracestate: =,=,", "baggage: ;"), bytes(BODY));
    accepted(List.of(FORM), bytes("preamble\r\n" + IMAGE + END + "epilogue"));
    accepted(
        List.of("content-type: MULTIPART/form-data; charset=utf-8; boundary=\"b\""),
        bytes(IMAGE + field("prompt", "a photo of") + END));
    accepted(
        List.of(FORM),
        bytes(IMAGE + part("prompt", "content-type: text/plain;charset=\"utf-8\"", "ä") + END));
    accepted(
        List.of(FORM),
        (IMAGE + part("prompt", "Content-Type: text/plain; charset=ISO-8859-1", "\u00e4") + END)
            .getBytes(ISO_8859_1));
    accepted(
        List.of(FORM), bytes(IMAGE + part("prompt", "Content-Transfer-Encoding: 8BIT", "a") + END));
  }

  private static void accepted(List<String> headers, byte[] body) throws IOException {
    try (FaultLog log = new FaultLog()) {
      RawHttp.Answer answer = RawHttp.send("POST", "/v1/captions", headers, body);

      assertThat(answer.status()).as(headers + ": " + answer.body()).isEqualTo(202);
      assertThat(log.faults()).isEmpty();
    }
  }

  private static Call post(String name, int status, String detail, String... headers) {
    return new Call(name, "POST", "/v1/captions", List.of(headers), bytes(BODY), status, detail);
  }

  private static Call get(
      String name, int status, String detail, String target, String... headers) {
    return new Call(name, "GET", target, List.of(headers), new byte[0], status, detail);
  }

  private static Call json(String name, String detail, String body) {
    return new Call("JSON: " + name, "POST", "/v1/captions", List.of(JSON), bytes(body), 0, detail);
  }

  private static Call form(String name, String detail, String body, String type) {
    return new Call(
        "form: " + name,
        "POST",
        "/v1/captions",
        List.of(type),
        body.getBytes(ISO_8859_1),
        0,
        detail);
  }

  private static Call tooLarge(String name, String detail, String body) {
    return new Call(
        "form: " + name, "POST", "/v1/captions", List.of(FORM), bytes(body), 413, detail);
  }

  private static String field(String name, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }

  private static String part(String name, String header, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\n"
        + header
        + "\r\n\r\n"
        + value
        + "\r\n";
  }

  private static String with(String field, String value) {
    return "{\"image\":{\"url\":\"http://a/\"},\"" + field + "\":" + value + "}";
  }

  private static String metadata(String value) {
    return with("metadata", value);
  }

  private static byte[] odd(byte[] bytes) {
    ByteArrayOutputStream odd = new ByteArrayOutputStream();
    odd.write(bytes, 0, bytes.length - 1);
    return odd.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
