package io.vignette.gateway.access;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Tells tenants by their keys, or everybody alike where there are no keys.
 *
 * <p>Thread-safe. A gateway without keys refuses to start on an address that others can reach.
 */
@ApplicationScoped
public class Access {
  /** The tenant of every request where no API keys are configured. */
  public static final String ANYBODY = "default";

  private static final String BEARER = "Bearer ";

  private final Optional<ApiKeys> keys;
  private final boolean listens;
  private final String host;

  /**
   * @throws ConfigurationException if the keys can't be used
   */
  @Inject
  public Access(
      AccessConfig config,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "0.0.0.0") String host,
      @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listens) {
    this.keys = config.keysFile().map(ApiKeys::read);
    this.host = host;
    this.listens = listens;
  }

  void check(@Observes StartupEvent event) {
    if (keys.isEmpty() && listens && !LoopbackAddress.is(host)) {
      throw new ConfigurationException(
          "quarkus.http.host: "
              + host
              + " without API keys (expected: a loopback address, or vignette.access.keys-file)");
    }
  }

  /** Whether everybody may use the gateway who reaches it. */
  public boolean isOpen() {
    return keys.isEmpty();
  }

  /**
   * Whose request it is; empty if it may not be answered, or names two keys.
   *
   * @param authorization the header, as RFC 6750 has it: {@code Bearer KEY}
   * @param apiKey the header {@code X-API-Key}
   */
  public Optional<String> tenantOf(@Nullable String authorization, @Nullable String apiKey) {
    return keys.flatMap(known -> keyIn(authorization, apiKey).flatMap(known::tenantOf));
  }

  private static Optional<String> keyIn(@Nullable String authorization, @Nullable String apiKey) {
    if (authorization == null) {
      return Optional.ofNullable(apiKey);
    }
    boolean isBearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return isBearer
        ? Optional.of(authorization.substring(BEARER.length()).strip())
            .filter(key -> apiKey == null || apiKey.equals(key))
        : Optional.empty();
  }
}
