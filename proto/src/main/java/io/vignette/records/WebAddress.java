package io.vignette.records;

import java.util.regex.Pattern;

/**
 * The web addresses that an image may have, as a pattern that the description of the interface
 * carries too.
 *
 * <p>Narrower than a URI: scheme http or https, a host name or an IP address, a port from 1 to
 * 65535, and no user info. Other characters than ASCII come percent-encoded, host names in their
 * ASCII form and without a dot at their end. Syntax only: which addresses may be fetched is the
 * worker's policy.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986">RFC 3986, URIs</a>
 */
public final class WebAddress {
  private static final String LABEL_END = "(?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?";
  private static final String NAME =
      "(?:[0-9A-Za-z]" + LABEL_END + "\\.){0,126}[A-Za-z]" + LABEL_END;
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = "(?:" + OCTET + "\\.){3}" + OCTET;
  private static final String H = "[0-9A-Fa-f]{1,4}";
  private static final String IPV6 =
      "\\[(?:"
          + ("(?:" + H + ":){7}" + H)
          + ("|(?:" + H + ":){1,7}:")
          + ("|(?:" + H + ":){1,6}:" + H)
          + ("|(?:" + H + ":){1,5}(?::" + H + "){2}")
          + ("|(?:" + H + ":){1,4}(?::" + H + "){3}")
          + ("|(?:" + H + ":){1,3}(?::" + H + "){4}")
          + ("|(?:" + H + ":){1,2}(?::" + H + "){5}")
          + ("|" + H + ":(?::" + H + "){6}")
          + ("|:(?:(?::" + H + "){1,7}|:)")
          + ")\\]";
  private static final String PORT =
      "(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]"
          + "|6553[0-5])?)?";
  private static final String REST = "[0-9A-Za-z._~!$&'()*+,;=:@/?-]*";
  private static final String ESCAPED = "(?:%[0-9A-Fa-f]{2}" + REST + ")*";

  /** All of it, anchored; of the dialect that Java and ECMA-262 share. */
  public static final String PATTERN =
      "^[Hh][Tt][Tt][Pp][Ss]?://(?:"
          + (NAME + "|" + IPV4 + "|" + IPV6 + ")" + PORT)
          + ("(?:[/?]" + REST + ESCAPED + ")?(?:#" + REST + ESCAPED + ")?$");

  /** Possessive where Java would need stack for each escape; matches the same. */
  private static final Pattern ADDRESS = Pattern.compile(PATTERN.replace(ESCAPED, ESCAPED + "+"));

  /** Characters of the longest address. */
  public static final int CHARACTERS_MAX = 4096;

  private WebAddress() {}

  static boolean matches(String text) {
    return ADDRESS.matcher(text).matches();
  }
}
