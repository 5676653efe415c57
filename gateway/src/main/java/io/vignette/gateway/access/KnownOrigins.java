package io.vignette.gateway.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The web pages that may let a browser submit to the gateway: its own, and those that are named.
 *
 * <p>A browser sends a form of any page to any address, also to 127.0.0.1, and says with it where
 * the page is from. Programs that are no browsers say nothing and are not concerned. Reading needs
 * no check here: without CORS a browser gives no page the answers of another site. Immutable.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-7">RFC 6454, Origin</a>
 */
@ApplicationScoped
public class KnownOrigins {
  private static final Set<String> HARMLESS_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  /** Typed by the user, or sent by the gateway's own page. */
  private static final Set<String> OWN_SITES = Set.of("none", "same-origin");

  private final Set<String> origins;

  @Inject
  public KnownOrigins(AccessConfig config) {
    this.origins =
        config.origins().orElse(List.of()).stream()
            .map(KnownOrigins::normalized)
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether the request may do what it asks for.
   *
   * @param authority host and port by which the gateway was called
   * @param origin the header {@code Origin}; null = not sent
   * @param site the header {@code Sec-Fetch-Site}; null = not sent, as by browsers over plain HTTP
   *     to a name that is not of this machine
   */
  public boolean mayAct(
      String method, String authority, @Nullable String origin, @Nullable String site) {
    if (HARMLESS_METHODS.contains(method)
        || (origin != null && origins.contains(normalized(origin)))) {
      return true;
    }
    if (site != null) {
      return OWN_SITES.contains(site.strip().toLowerCase(Locale.ROOT));
    }
    return origin == null || isOwn(normalized(origin), authority.toLowerCase(Locale.ROOT));
  }

  /** The scheme is left out: a proxy that ends TLS calls the gateway by another one. */
  private static boolean isOwn(String origin, String authority) {
    return origin.equals("http://" + authority) || origin.equals("https://" + authority);
  }

  private static String normalized(String origin) {
    String text = origin.strip().toLowerCase(Locale.ROOT);
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
