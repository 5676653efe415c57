package io.vignette.images.source;

import java.util.List;

/**
 * The address blocks that images are never fetched from: the special purposes that IANA lists, and
 * what clouds serve to their own machines, most of it metadata with credentials.
 *
 * <p>Immutable. Where a cloud's address lies in a block of IANA's it is listed all the same, so
 * that the table says what it protects, and a test asks for each row.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 special
 *     purposes</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA IPv6 special
 *     purposes</a>
 */
final class RefusedRanges {
  static final List<AddressRange> ALL =
      List.of(
          // Clouds, by their documentation of instance metadata and platform services.
          AddressRange.of(
              "169.254.169.254/32", "cloud metadata"), // AWS, Azure, Google, most others
          AddressRange.of("fd00:ec2::254/128", "cloud metadata"), // AWS EC2
          AddressRange.of("169.254.170.2/32", "cloud metadata"), // AWS ECS credentials
          AddressRange.of("169.254.170.23/32", "cloud metadata"), // AWS EKS pod identity
          AddressRange.of("fd00:ec2::23/128", "cloud metadata"), // AWS EKS pod identity
          AddressRange.of("168.63.129.16/32", "cloud metadata"), // Azure's WireServer
          AddressRange.of("fd20:ce::254/128", "cloud metadata"), // Google Compute Engine
          AddressRange.of("fd00:c1::a9fe:a9fe/128", "cloud metadata"), // Oracle
          AddressRange.of("192.0.0.192/32", "cloud metadata"), // Oracle Classic
          AddressRange.of("100.100.100.200/32", "cloud metadata"), // Alibaba
          AddressRange.of("169.254.0.23/32", "cloud metadata"), // Tencent
          AddressRange.of("100.88.222.5/32", "cloud metadata"), // Tencent, lightweight servers
          AddressRange.of("169.254.42.42/32", "cloud metadata"), // Scaleway
          AddressRange.of("fd00:42::42/128", "cloud metadata"), // Scaleway
          AddressRange.of("fd00:a9fe:a9fe::1/128", "cloud metadata"), // Linode (Akamai)
          AddressRange.of("fe80::a9fe:a9fe/128", "cloud metadata"), // OpenStack
          AddressRange.of("192.80.8.124/32", "cloud metadata"), // Equinix Metal (Packet)
          AddressRange.of("169.254.169.250/32", "cloud metadata"), // Rancher
          AddressRange.of("161.26.0.0/16", "cloud services"), // IBM, from its own machines only
          AddressRange.of("166.8.0.0/14", "cloud services"), // IBM, from its own machines only

          // IANA, IPv4.
          AddressRange.of("0.0.0.0/8", "unspecified"), // RFC 791
          AddressRange.of("10.0.0.0/8", "private"), // RFC 1918
          AddressRange.of("100.64.0.0/10", "carrier-grade NAT"), // RFC 6598
          AddressRange.of("127.0.0.0/8", "loopback"), // RFC 1122
          AddressRange.of("169.254.0.0/16", "link-local"), // RFC 3927
          AddressRange.of("172.16.0.0/12", "private"), // RFC 1918
          AddressRange.of("192.0.0.0/24", "protocol assignments"), // RFC 6890
          AddressRange.of("192.0.2.0/24", "documentation"), // RFC 5737
          AddressRange.of("192.31.196.0/24", "AS112"), // RFC 7535
          AddressRange.of("192.52.193.0/24", "AMT"), // RFC 7450
          AddressRange.of("192.88.99.0/24", "6to4 relay"), // RFC 7526
          AddressRange.of("192.168.0.0/16", "private"), // RFC 1918
          AddressRange.of("192.175.48.0/24", "AS112"), // RFC 7534
          AddressRange.of("198.18.0.0/15", "benchmarking"), // RFC 2544
          AddressRange.of("198.51.100.0/24", "documentation"), // RFC 5737
          AddressRange.of("203.0.113.0/24", "documentation"), // RFC 5737
          AddressRange.of("224.0.0.0/4", "multicast"), // RFC 5771
          AddressRange.of("240.0.0.0/4", "reserved or broadcast"), // RFC 1112, RFC 8190

          // IANA, IPv6; what is outside of 2000::/3 is refused without a row.
          AddressRange.of("64:ff9b::/96", "NAT64"), // RFC 6052
          AddressRange.of("64:ff9b:1::/48", "NAT64"), // RFC 8215
          AddressRange.of("2001::/23", "protocol assignments, Teredo"), // RFC 2928, RFC 4380
          AddressRange.of("2001:db8::/32", "documentation"), // RFC 3849
          AddressRange.of("2002::/16", "6to4"), // RFC 3056
          AddressRange.of("2620:4f:8000::/48", "AS112"), // RFC 7534
          AddressRange.of("3fff::/20", "documentation")); // RFC 9637

  private RefusedRanges() {}
}
