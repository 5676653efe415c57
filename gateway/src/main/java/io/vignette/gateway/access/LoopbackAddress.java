package io.vignette.gateway.access;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells addresses that only this machine reaches. */
final class LoopbackAddress {
  private LoopbackAddress() {}

  /** False for a name that can't be resolved, too. */
  static boolean is(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
