package io.vignette.images.source;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for the HTTP client and refuses every host that has a forbidden address. The
 * client connects to the very addresses returned here: nothing is resolved a second time, so that a
 * name cannot change its address after the check.
 */
final class GuardedDns implements DnsResolver {
  private final HostResolver resolver;
  private final AddressPolicy policy;

  GuardedDns(HostResolver resolver, AddressPolicy policy) {
    this.resolver = resolver;
    this.policy = policy;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    // Known without the name service, which may not know the name.
    if (!policy.permitsSomewhere(port)) {
      throw new ForbiddenAddressException(host, "port " + port);
    }
    InetAddress[] addresses = resolver.resolve(host);
    for (InetAddress address : addresses) {
      Optional<String> refusal = policy.refusal(address, port);
      if (refusal.isPresent()) {
        throw new ForbiddenAddressException(host, refusal.get());
      }
    }
    return Arrays.stream(addresses).map(address -> new InetSocketAddress(address, port)).toList();
  }

  /** Not used by the client, which asks with a port. */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    throw new ForbiddenAddressException(host, "no port");
  }

  /** Not used by the client; names are not translated. */
  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
