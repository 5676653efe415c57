package io.vignette.gateway.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The names by which clients may call the gateway.
 *
 * <p>Protects a gateway that only this machine reaches from DNS rebinding: a page of another site
 * lets its own name resolve to 127.0.0.1 and is then of the same origin as the gateway, but the
 * browser still sends that name as {@code Host}. An address in digits can't be rebound. Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6761#section-6.3">RFC 6761, localhost</a>
 */
@ApplicationScoped
public class KnownHosts {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[?[0-9a-f:.]*:[0-9a-f:.]*]?");
  private static final Set<String> IPV6_LOOPBACK = Set.of("::1", "[::1]", "[0:0:0:0:0:0:0:1]");
  private static final String LOCALHOST = "localhost";

  private final Set<String> names;
  private final boolean takesAny;

  @Inject
  public KnownHosts(
      AccessConfig config,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "0.0.0.0") String listensOn) {
    this.names =
        config.hosts().orElse(List.of()).stream()
            .map(KnownHosts::normalized)
            .collect(Collectors.toUnmodifiableSet());
    this.takesAny = names.isEmpty() && !LoopbackAddress.is(listensOn);
  }

  /**
   * Whether a request may call the gateway so.
   *
   * @param host a name or an address, without a port
   */
  public boolean has(String host) {
    String name = normalized(host);
    return takesAny
        || isOfThisMachine(name)
        || names.contains(name)
        || (!names.isEmpty() && (IPV4.matcher(name).matches() || IPV6.matcher(name).matches()));
  }

  /** The names that are taken, for a message. */
  public String expected() {
    return names.isEmpty()
        ? "localhost or 127.0.0.1; others where vignette.access.hosts names them"
        : "one of vignette.access.hosts";
  }

  private static boolean isOfThisMachine(String name) {
    return name.equals(LOCALHOST)
        || name.endsWith("." + LOCALHOST)
        || (IPV4.matcher(name).matches() && name.startsWith("127."))
        || IPV6_LOOPBACK.contains(name);
  }

  private static String normalized(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
