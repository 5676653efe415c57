package io.vignette.wire;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The trace that a submission belongs to: passed on as it came, on every record about the job and
 * into the inference.
 *
 * <p>As the recommendation asks, what is malformed is ignored: without a valid {@code traceparent}
 * a new trace begins, and a {@code tracestate} counts only beside a valid one.
 *
 * @param parent a {@code traceparent} of version 00; empty = of no trace
 * @param state a {@code tracestate}; empty = none
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(String parent, String state) {
  /** For what is stated about a job whose trace is not known. */
  public static final TraceContext NONE = new TraceContext("", "");

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  private static final String VERSION = "00";
  private static final String INVALID_VERSION = "ff";

  /** A trace that begins here is wanted by nobody in particular, so nobody should drop it. */
  private static final String SAMPLED = "01";

  private static final Pattern PARENT =
      Pattern.compile(
          "(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})"
              + "-(?<flags>[0-9a-f]{2})(?<more>-.*)?");
  private static final Pattern MEMBER =
      Pattern.compile(
          "[a-z0-9][a-z0-9_\\-*/@]{0,255}=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}"
              + "[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");
  private static final int MEMBERS_MAX = 32;

  /** The trace that the headers tell of, or a new one. */
  public static TraceContext of(List<String> parents, List<String> states) {
    Optional<String> parent =
        parents.size() == 1 ? parent(parents.getFirst().strip()) : Optional.empty();
    return parent
        .map(valid -> new TraceContext(valid, state(states)))
        .orElseGet(TraceContext::fresh);
  }

  /** The trace that a record's headers tell of, or {@link #NONE}. */
  public static TraceContext received(Optional<String> parentHeader, Optional<String> stateHeader) {
    return parentHeader
        .flatMap(header -> parent(header.strip()))
        .map(valid -> new TraceContext(valid, state(stateHeader.stream().toList())))
        .orElse(NONE);
  }

  /** Whether nothing is known of a trace. */
  public boolean isNone() {
    return parent.isEmpty();
  }

  /** The headers that tell of it: none, one or two. */
  public Map<String, String> headers() {
    if (isNone()) {
      return Map.of();
    }
    return state.isEmpty()
        ? Map.of(Headers.TRACEPARENT, parent)
        : Map.of(Headers.TRACEPARENT, parent, Headers.TRACESTATE, state);
  }

  /** A new trace. */
  public static TraceContext fresh() {
    return new TraceContext(
        String.join("-", VERSION, random(TRACE_ID_BYTES), random(SPAN_ID_BYTES), SAMPLED), "");
  }

  /** Of later versions only what this one knows is passed on. */
  private static Optional<String> parent(String header) {
    Matcher matcher = PARENT.matcher(header);
    if (!matcher.matches() || !isValid(matcher)) {
      return Optional.empty();
    }
    if (matcher.group("version").equals(VERSION)) {
      return Optional.of(header);
    }
    int sampled = Integer.parseInt(matcher.group("flags"), 16) & 1;
    return Optional.of(
        String.join("-", VERSION, matcher.group("trace"), matcher.group("span"), "0" + sampled));
  }

  private static boolean isValid(Matcher parent) {
    String version = parent.group("version");
    return !version.equals(INVALID_VERSION)
        && !(version.equals(VERSION) && parent.group("more") != null)
        && !isZero(parent.group("trace"))
        && !isZero(parent.group("span"));
  }

  private static boolean isZero(String id) {
    return id.chars().allMatch(digit -> digit == '0');
  }

  private static String state(List<String> headers) {
    List<String> members =
        headers.stream()
            .flatMap(header -> Stream.of(header.split(",", -1)))
            .map(String::strip)
            .filter(member -> !member.isEmpty())
            .toList();
    boolean isValid =
        members.size() <= MEMBERS_MAX
            && members.stream().allMatch(member -> MEMBER.matcher(member).matches())
            && members.stream().map(TraceContext::keyOf).distinct().count() == members.size();
    return isValid ? members.stream().collect(Collectors.joining(",")) : "";
  }

  private static String keyOf(String member) {
    return member.substring(0, member.indexOf('='));
  }

  private static String random(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    bytes[count - 1] |= 1; // All zeros would be invalid.
    return HexFormat.of().formatHex(bytes);
  }
}
