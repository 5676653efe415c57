package io.vignette.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request must be like, as far as the server does not check it.
 *
 * <p>What two servers on a request's way may read differently is refused: a length beside a
 * transfer coding, a second host, an unknown version.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
final class HeadRules {
  private static final int SHOWN = 40;
  private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";
  private static final Pattern WITH_HOST = Pattern.compile("(?i)https?://");

  private HeadRules() {}

  /** What is wrong with the head; empty if nothing is. */
  static Optional<HeadFault> check(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      return Optional.of(unreadable(head.decoderResult().cause()));
    }
    if (head.protocolVersion().equals(StrictRequestDecoder.MISWRITTEN)) {
      return fault(505, "HTTP version: not HTTP/1.1 letter by letter (expected: that, or HTTP/2)");
    }
    String version = head.protocolVersion().text();
    if (!isKnown(head.protocolVersion())) {
      return fault(505, "HTTP version: " + shown(version) + " (expected: HTTP/1.1 or HTTP/2)");
    }
    return checkTarget(head.uri())
        .or(() -> checkHost(head))
        .or(() -> checkCoding(head))
        .or(() -> checkNames(head));
  }

  private static Optional<HeadFault> checkNames(HttpRequest head) {
    return head.headers().contains("")
        ? fault(400, "headers: one without a name (expected: as RFC 9112, 5, says)")
        : Optional.empty();
  }

  /**
   * One host a request, whichever way it is named. The server would take the first of several.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1">RFC 9113, 8.3.1</a>
   */
  static Optional<HeadFault> checkHost(Http2Headers fields) {
    List<CharSequence> hosts = fields.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1) {
      return fault(400, "Host: " + hosts.size() + " headers (expected: 1)");
    }
    CharSequence authority = fields.authority();
    return hosts.size() == 1
            && authority != null
            && !AsciiString.contentEqualsIgnoreCase(hosts.getFirst(), authority)
        ? fault(400, "Host: other than :authority (expected: the same, or one of them)")
        : Optional.empty();
  }

  /**
   * Whether the target names a path of ours, alone or behind a scheme and a host. The server asks
   * for a URI before it hands a request on, of HTTP/2 too; policies and routes read one without a
   * slash in front, such as {@code *}, in ways of their own.
   */
  static Optional<HeadFault> checkTarget(String target) {
    if (!target.startsWith("/") && !WITH_HOST.matcher(target).lookingAt()) {
      return fault(400, "path: " + shown(target) + " (expected: one that begins with a slash)");
    }
    try {
      new URI(target);
      return Optional.empty();
    } catch (URISyntaxException e) {
      return fault(
          400,
          "path: " + shown(target) + " (expected: characters of a URI, others percent-encoded)");
    }
  }

  /**
   * What is wrong with the fields of an HTTP/2 request, or of its trailers; empty if nothing is.
   * The server takes names and values that HTTP/1 has no way to write. One pass over fields whose
   * length the server bounds.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.2.1">RFC 9113, 8.2.1</a>
   */
  static Optional<HeadFault> checkFields(Http2Headers fields) {
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      if (!isName(field.getKey())) {
        return fault(
            400, "headers: a name of other characters (expected: as RFC 9113, 8.2.1, says)");
      }
      if (!isValue(field.getValue())) {
        return fault(
            400,
            shown(field.getKey().toString())
                + ": a value with NUL or a line break (expected: one without)");
      }
    }
    return Optional.empty();
  }

  static Optional<HeadFault> checkScheme(@Nullable CharSequence scheme) {
    String text = String.valueOf(scheme);
    return text.equalsIgnoreCase("http") || text.equalsIgnoreCase("https")
        ? Optional.empty()
        : fault(400, ":scheme: " + shown(text) + " (expected: http or https)");
  }

  /** A token without capitals; those of pseudo-headers have a colon in front. */
  private static boolean isName(CharSequence name) {
    int start = !name.isEmpty() && name.charAt(0) == ':' ? 1 : 0;
    for (int i = start; i < name.length(); i++) {
      char each = name.charAt(i);
      boolean isAllowed =
          each >= 'a' && each <= 'z' || each >= '0' && each <= '9' || NAME_MARKS.indexOf(each) >= 0;
      if (!isAllowed) {
        return false;
      }
    }
    return name.length() > start;
  }

  private static boolean isValue(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char each = value.charAt(i);
      if (each == 0 || each == '\r' || each == '\n') {
        return false;
      }
    }
    return true;
  }

  private static HeadFault unreadable(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException tooLong ->
          new HeadFault(414, "request line: too long (expected: a shorter one)");
      case TooLongHttpHeaderException tooLong ->
          new HeadFault(431, "headers: too long (expected: fewer, or shorter ones)");
      case StrictRequestDecoder.TwoLengthsException two ->
          new HeadFault(
              400, "Content-Length: beside Transfer-Encoding (expected: one of them alone)");
      default -> new HeadFault(400, "request: not HTTP (expected: as RFC 9112 says)");
    };
  }

  private static boolean isKnown(HttpVersion version) {
    return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
  }

  private static Optional<HeadFault> checkHost(HttpRequest head) {
    List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
    boolean mayLack = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (hosts.size() == 1 || hosts.isEmpty() && mayLack) {
      return Optional.empty();
    }
    return fault(400, "Host: " + hosts.size() + " headers (expected: 1)");
  }

  private static Optional<HeadFault> checkCoding(HttpRequest head) {
    HttpHeaders headers = head.headers();
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return Optional.empty();
    }
    if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return fault(400, "Transfer-Encoding: in HTTP/1.0 (expected: Content-Length)");
    }
    boolean isChunked =
        codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0));
    return isChunked
        ? Optional.empty()
        : fault(
            501,
            "Transfer-Encoding: "
                + shown(String.join(", ", codings))
                + " (expected: chunked, or none)");
  }

  private static Optional<HeadFault> fault(int status, String detail) {
    return Optional.of(new HeadFault(status, detail));
  }

  private static String shown(String text) {
    return "'" + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + "'";
  }
}
