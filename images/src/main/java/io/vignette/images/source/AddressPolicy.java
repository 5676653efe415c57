package io.vignette.images.source;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which network addresses may be asked for images: public unicast addresses, at the ports of HTTP
 * and HTTPS. What a job says must never make a worker speak to the networks it stands in.
 *
 * <p>Immutable. IPv6 is allowed by exception: only 2000::/3 is global unicast, and of it those
 * blocks are refused that carry an IPv4 address within (6to4, Teredo) or are not for the public.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 special
 *     purposes</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA IPv6 special
 *     purposes</a>
 */
public final class AddressPolicy {
  private static final AddressRange GLOBAL_IPV6 = AddressRange.of("2000::/3", "global unicast");

  private static final List<AddressRange> REFUSED =
      List.of(
          AddressRange.of("0.0.0.0/8", "unspecified"),
          AddressRange.of("10.0.0.0/8", "private"),
          AddressRange.of("100.64.0.0/10", "carrier-grade NAT"),
          AddressRange.of("127.0.0.0/8", "loopback"),
          AddressRange.of("169.254.0.0/16", "link-local"),
          AddressRange.of("172.16.0.0/12", "private"),
          AddressRange.of("192.0.0.0/24", "protocol assignments"),
          AddressRange.of("192.0.2.0/24", "documentation"),
          AddressRange.of("192.31.196.0/24", "AS112"),
          AddressRange.of("192.52.193.0/24", "AMT"),
          AddressRange.of("192.88.99.0/24", "6to4 relay"),
          AddressRange.of("192.168.0.0/16", "private"),
          AddressRange.of("192.175.48.0/24", "AS112"),
          AddressRange.of("198.18.0.0/15", "benchmarking"),
          AddressRange.of("198.51.100.0/24", "documentation"),
          AddressRange.of("203.0.113.0/24", "documentation"),
          AddressRange.of("224.0.0.0/4", "multicast"),
          AddressRange.of("240.0.0.0/4", "reserved or broadcast"),
          AddressRange.of("2001::/23", "protocol assignments, Teredo"),
          AddressRange.of("2001:db8::/32", "documentation"),
          AddressRange.of("2002::/16", "6to4"),
          AddressRange.of("2620:4f:8000::/48", "AS112"),
          AddressRange.of("3fff::/20", "documentation"));

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
        REFUSED.stream()
            .filter(range -> range.contains(bytes))
            .findFirst()
            .map(AddressRange::meaning);
    boolean outsideGlobal = bytes.length == 16 && !GLOBAL_IPV6.contains(bytes);
    return outsideGlobal ? Optional.of("not a global unicast address") : refused;
  }
}
