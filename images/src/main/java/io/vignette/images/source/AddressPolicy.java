package io.vignette.images.source;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which network addresses may be asked for images: public unicast addresses, at the ports of HTTP
 * and HTTPS. What a job says must never make a worker speak to the networks it stands in.
 *
 * <p>Immutable. {@link RefusedRanges} lists what is refused and why. IPv6 is allowed by exception:
 * only 2000::/3 is global unicast, and of it those addresses are refused that carry an IPv4 address
 * (6to4, Teredo, ISATAP) or are not for the public. A network's own NAT64 prefix (RFC 6052) can't
 * be told from other addresses: where a worker stands behind one, a firewall must do it.
 */
public final class AddressPolicy {
  private static final AddressRange GLOBAL_IPV6 = AddressRange.of("2000::/3", "global unicast");

  // Bytes 8 to 11 of an address whose last four are an IPv4 address (RFC 5214, section 6.1).
  private static final int ISATAP_AT = 8;
  private static final int ISATAP = 0x00005efe;
  private static final int ISATAP_UNIVERSAL = 0x02005efe;

  private final Set<Integer> ports;
  private final Set<InetSocketAddress> exceptions;

  private AddressPolicy(Set<Integer> ports, Set<InetSocketAddress> exceptions) {
    this.ports = Set.copyOf(ports);
    this.exceptions = Set.copyOf(exceptions);
  }

  /** Public addresses, ports 80 and 443. */
  public static AddressPolicy publicInternet() {
    return new AddressPolicy(Set.of(80, 443), Set.of());
  }

  /** The same, with other ports. */
  public AddressPolicy withPorts(Set<Integer> allowed) {
    return new AddressPolicy(allowed, exceptions);
  }

  /** The same, and exactly this address at this port, whatever it is. */
  public AddressPolicy withException(InetSocketAddress endpoint) {
    if (endpoint.isUnresolved()) {
      throw new IllegalArgumentException(
          "address exception: " + endpoint.getHostString() + " (expected: an IP address)");
    }
    Set<InetSocketAddress> more = new HashSet<>(exceptions);
    more.add(new InetSocketAddress(endpoint.getAddress(), endpoint.getPort()));
    return new AddressPolicy(ports, more);
  }

  /** Whether there can be an address that may be connected to at the port. */
  boolean permitsSomewhere(int port) {
    return ports.contains(port)
        || exceptions.stream().anyMatch(exception -> exception.getPort() == port);
  }

  /** Why a connection to the address must not be made; empty if it may. */
  public Optional<String> refusal(InetAddress address, int port) {
    if (exceptions.contains(new InetSocketAddress(address, port))) {
      return Optional.empty();
    }
    if (!ports.contains(port)) {
      return Optional.of("port " + port);
    }
    byte[] bytes = address.getAddress();
    Optional<String> refused =
        RefusedRanges.ALL.stream()
            .filter(range -> range.contains(bytes))
            .findFirst()
            .map(AddressRange::meaning);
    if (refused.isPresent() || bytes.length == 4) {
      return refused;
    }
    if (!GLOBAL_IPV6.contains(bytes)) {
      return Optional.of("not a global unicast address");
    }
    return isIsatap(bytes) ? Optional.of("ISATAP") : Optional.empty();
  }

  private static boolean isIsatap(byte[] ipv6) {
    int marker = ByteBuffer.wrap(ipv6).getInt(ISATAP_AT);
    return marker == ISATAP || marker == ISATAP_UNIVERSAL;
  }
}
