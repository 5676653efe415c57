package io.vignette.images.source;

import java.net.UnknownHostException;

/** A host with an address that must not be connected to. */
final class ForbiddenAddressException extends UnknownHostException {
  /** The address itself is not told: who may not reach a network should not map it either. */
  ForbiddenAddressException(String host, String refusal) {
    super(host + ": " + refusal);
  }
}
