package io.vignette.service.keys;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Names that begin like ours, mean something elsewhere, and may be around where services run. */
public final class OtherNames {
  /** In the order of the reference. */
  private static final Map<String, String> MEANINGS =
      new TreeMap<>(
          Map.of(
              "VIGNETTE_JAVA_OPTS",
              "JVM flags of the launcher `./vignette`",
              "VIGNETTE_JDK_FOLDERS",
              "where the launcher `./vignette` looks for a JDK",
              "VIGNETTE_SKIP_NOTHING",
              "tests fail where they would skip",
              "VIGNETTE_TRITON_THREADS",
              "threads of the Triton server on a CPU (docker/triton-cpu)",
              "vignette.images.turbojpeg",
              "a property of the JVM: the file of libturbojpeg, or `off`"));

  /** What Kubernetes sets in every pod for a Service whose name begins with {@code vignette-}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "VIGNETTE_[A-Z0-9_]*SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)"
              + "|VIGNETTE_[A-Z0-9_]*PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

  private static final Pattern SERVICE_PORT = Pattern.compile("VIGNETTE_[A-Z0-9_]*PORT");
  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private OtherNames() {}

  /** What each means, by name. */
  public static Map<String, String> meanings() {
    return Map.copyOf(MEANINGS);
  }

  static boolean have(String name, String value) {
    return MEANINGS.containsKey(name)
        || SERVICE_LINK.matcher(name).matches()
        || (SERVICE_PORT.matcher(name).matches() && ADDRESS.matcher(value).matches());
  }
}
