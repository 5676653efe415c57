package io.vignette.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a client accepts, without the empty elements that a list may have (RFC 9110, 5.6.1.2): the
 * server fails on them. A header that names nothing is as good as none.
 */
final class AcceptLists {
  private AcceptLists() {}

  static void tidy(HttpHeaders head) {
    if (head.contains(HttpHeaderNames.ACCEPT)) {
      String tidy = tidy(head.getAll(HttpHeaderNames.ACCEPT).stream());
      if (tidy.isEmpty()) {
        head.remove(HttpHeaderNames.ACCEPT);
      } else {
        head.set(HttpHeaderNames.ACCEPT, tidy);
      }
    }
  }

  static void tidy(Http2Headers head) {
    List<CharSequence> lines = head.getAll(HttpHeaderNames.ACCEPT);
    if (!lines.isEmpty()) {
      String tidy = tidy(lines.stream().map(CharSequence::toString));
      head.remove(HttpHeaderNames.ACCEPT);
      if (!tidy.isEmpty()) {
        head.set(HttpHeaderNames.ACCEPT, tidy);
      }
    }
  }

  private static String tidy(Stream<String> lines) {
    return lines
        .flatMap(line -> Stream.of(line.split(",")))
        .map(String::strip)
        .filter(element -> !element.isEmpty())
        .collect(Collectors.joining(", "));
  }
}
