package io.vignette.gateway.access;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vignette.gateway.config.SmallTextFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys that open the gateway, each for a tenant.
 *
 * <p>Of a key only its SHA-256 is known: a key is 256 random bits, which nobody guesses, so a slow
 * hash would add nothing. A file has a line for each key, {@code TENANT sha256:HEX}; several keys
 * may be one tenant's, so that they can be changed one after another. Lines that begin with {@code
 * #} count as empty. Immutable.
 */
public final class ApiKeys {
  private static final String PREFIX = "sha256:";
  private static final Pattern LINE =
      Pattern.compile("(?<tenant>[A-Za-z0-9][A-Za-z0-9._-]{0,63})\\s+sha256:(?<hash>[0-9a-f]{64})");

  private final Map<String, String> tenantByHash;

  private ApiKeys(Map<String, String> tenantByHash) {
    this.tenantByHash = Map.copyOf(tenantByHash);
  }

  /**
   * Reads a file of keys.
   *
   * @throws ConfigurationException naming file and line, but never quoting a line: it may hold a
   *     key that somebody put there by mistake
   */
  public static ApiKeys read(Path file) {
    List<String> lines =
        SmallTextFile.read(
                "vignette.access.keys-file",
                file,
                "a file of API keys",
                "lines of TENANT sha256:HEX")
            .lines()
            .toList();
    Map<String, String> tenants = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(tenants, line, file + " line " + (i + 1));
      }
    }
    if (tenants.isEmpty()) {
      throw new ConfigurationException(
          "vignette.access.keys-file: %s: no keys (expected: at least one)".formatted(file));
    }
    return new ApiKeys(tenants);
  }

  private static void add(Map<String, String> tenants, String line, String where) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new ConfigurationException(
          "vignette.access.keys-file: %s: not a key's line (expected: TENANT sha256:HEX)"
              .formatted(where));
    }
    String earlier = tenants.put(matcher.group("hash"), matcher.group("tenant"));
    if (earlier != null) {
      throw new ConfigurationException(
          "vignette.access.keys-file: %s: a key that another line has (expected: each key once)"
              .formatted(where));
    }
  }

  /** The line that lets a key in. */
  public static String line(String tenant, String key) {
    String line = tenant + " " + PREFIX + hash(key);
    if (!LINE.matcher(line).matches()) {
      throw new IllegalArgumentException(
          "tenant: '%s' (expected: 1 to 64 letters, digits, '.', '_' or '-')".formatted(tenant));
    }
    return line;
  }

  /** Whose key it is; empty if nobody's. */
  public Optional<String> tenantOf(String key) {
    return Optional.ofNullable(tenantByHash.get(hash(key)));
  }

  private static String hash(String key) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
