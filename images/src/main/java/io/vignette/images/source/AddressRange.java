package io.vignette.images.source;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A block of IP addresses: those that share the first bits. */
final class AddressRange {
  private final byte[] network;
  private final int prefixBits;
  private final String meaning;

  private AddressRange(byte[] network, int prefixBits, String meaning) {
    this.network = network;
    this.prefixBits = prefixBits;
    this.meaning = meaning;
  }

  /** Of CIDR notation. */
  static AddressRange of(String cidr, String meaning) {
    int slash = cidr.indexOf('/');
    byte[] network = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
    return new AddressRange(network, Integer.parseInt(cidr.substring(slash + 1)), meaning);
  }

  /** The first address of the block, which stands for it in tests. */
  InetAddress first() {
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address: " + network.length + " bytes", e);
    }
  }

  /** What the block is for, in a word or two. */
  String meaning() {
    return meaning;
  }

  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = prefixBits / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = prefixBits % 8;
    return rest == 0 || ((address[whole] ^ network[whole]) & 0xFF) >> (8 - rest) == 0;
  }
}
