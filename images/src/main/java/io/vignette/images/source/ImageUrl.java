package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** An http or https address without credentials. */
record ImageUrl(URI uri) {
  private static final int SHOWN_CHARACTERS = 120;
  private static final int PORT_MAX = 65_535;

  static ImageUrl of(String text) throws ImageRejectedException {
    try {
      return of(new URI(text), text);
    } catch (URISyntaxException e) {
      throw refused(text, "malformed", e);
    }
  }

  /** Where a redirect leads; relative addresses count from this one. */
  ImageUrl redirectedTo(String location) throws ImageRejectedException {
    try {
      return of(uri.resolve(new URI(location)), location);
    } catch (URISyntaxException e) {
      throw refused(location, "malformed redirect", e);
    }
  }

  private static ImageUrl of(URI uri, String text) throws ImageRejectedException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refused(text, "scheme \"" + scheme + "\"", null);
    }
    if (uri.getHost() == null) {
      throw refused(text, "no host", null);
    }
    if (uri.getRawUserInfo() != null) {
      throw refused(uri.getHost(), "user name or password in the address", null);
    }
    Optional<String> malformed = HostForm.problem(uri.getHost());
    if (malformed.isPresent()) {
      throw refused(text, malformed.get(), null);
    }
    if (uri.getPort() > PORT_MAX || uri.getPort() == 0) {
      throw refused(text, "port " + uri.getPort(), null);
    }
    return new ImageUrl(uri);
  }

  HttpHost host() {
    return new HttpHost(scheme(), uri.getHost(), port());
  }

  private String scheme() {
    return uri.getScheme().toLowerCase(Locale.ROOT);
  }

  private int port() {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return scheme().equals("https") ? 443 : 80;
  }

  /** Without the query, which may hold a secret. */
  @Override
  public String toString() {
    return shortened(host() + (uri.getRawPath() == null ? "" : uri.getRawPath()));
  }

  private static ImageRejectedException refused(
      String text, String why, @Nullable Throwable cause) {
    return new ImageRejectedException(
        Reason.IMAGE_FORBIDDEN_ADDRESS,
        "image url: %s, %s (expected: a public http or https address)"
            .formatted(shortened(text), why),
        cause);
  }

  private static String shortened(String text) {
    return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
  }
}
