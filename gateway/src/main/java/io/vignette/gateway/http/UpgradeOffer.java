package io.vignette.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The offer of an HTTP/1 request to go on in another protocol, which a server may ignore (RFC 9110,
 * 7.8).
 *
 * <p>The server would change to HTTP/2 while the body of the request still comes over HTTP/1, where
 * nothing bounds it any longer. RFC 9113, 3.1, has that upgrade no more: HTTP/2 begins with its
 * preface, or by ALPN.
 */
final class UpgradeOffer {
  private static final Set<String> OPTIONS = Set.of("upgrade", "http2-settings");

  private UpgradeOffer() {}

  /** Takes the offer out of the head, so that the request is an ordinary one. */
  static void remove(HttpHeaders head) {
    if (!head.contains(HttpHeaderNames.UPGRADE)) {
      return;
    }
    List<String> kept =
        head.getAll(HttpHeaderNames.CONNECTION).stream()
            .flatMap(line -> Stream.of(line.split(",")))
            .map(String::strip)
            .filter(option -> !OPTIONS.contains(option.toLowerCase(Locale.ROOT)))
            .toList();
    head.set(HttpHeaderNames.CONNECTION, kept)
        .remove(HttpHeaderNames.UPGRADE)
        .remove(Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER);
  }
}
