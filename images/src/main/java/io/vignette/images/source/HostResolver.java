package io.vignette.images.source;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host: the system's name service, except in tests. */
@FunctionalInterface
public interface HostResolver {
  /** All addresses, at least one; a literal address stands for itself. */
  InetAddress[] resolve(String host) throws UnknownHostException;
}
