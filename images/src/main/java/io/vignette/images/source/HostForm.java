package io.vignette.images.source;

import java.util.Optional;

/**
 * How a host must be written in an image's address, so that every program reads it alike: a name of
 * ASCII labels, an IPv4 address of four decimal numbers, or an IPv6 address in brackets.
 *
 * <p>Pure. What is refused here would be read differently by different resolvers (127.1,
 * 0177.0.0.1, a trailing dot), or belongs to one network interface of the machine (a zone id).
 * Whether the address may be asked is the {@link AddressPolicy}'s decision.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2">RFC 3986, section 3.2.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6874">RFC 6874, zone identifiers</a>
 */
final class HostForm {
  private static final int NAME_CHARACTERS_MAX = 253;
  private static final int LABEL_CHARACTERS_MAX = 63;

  private HostForm() {}

  /** What is wrong with the host; empty if nothing is. */
  static Optional<String> problem(String host) {
    if (host.indexOf('%') >= 0) {
      return Optional.of("zone id or percent sign in the host");
    }
    if (host.startsWith("[")) {
      return Optional.empty(); // java.net.URI has parsed it.
    }
    if (host.endsWith(".")) {
      return Optional.of("dot at the end of the host");
    }
    String[] labels = host.split("\\.", -1);
    return isNumber(labels[labels.length - 1]) ? ipv4Problem(labels) : nameProblem(host, labels);
  }

  /** As the WHATWG's URL standard tells IPv4 addresses from names: by the last label. */
  private static boolean isNumber(String label) {
    return label.matches("[0-9]+|0[xX][0-9a-fA-F]*");
  }

  private static Optional<String> ipv4Problem(String[] labels) {
    boolean dotted = labels.length == 4;
    for (String label : labels) {
      dotted &= label.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(label) <= 255;
    }
    return dotted ? Optional.empty() : Optional.of("IPv4 address in another form than a.b.c.d");
  }

  private static Optional<String> nameProblem(String host, String[] labels) {
    if (host.length() > NAME_CHARACTERS_MAX) {
      return Optional.of("host of " + host.length() + " characters");
    }
    for (String label : labels) {
      if (label.isEmpty() || label.length() > LABEL_CHARACTERS_MAX) {
        return Optional.of("part of the host of " + label.length() + " characters");
      }
    }
    return Optional.empty();
  }
}
