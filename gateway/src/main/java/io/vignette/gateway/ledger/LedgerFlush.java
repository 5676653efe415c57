package io.vignette.gateway.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Waits for the ledger before an orderly stop, so that no finished job is left unpublished. */
@ApplicationScoped
public class LedgerFlush {
  private final LedgerHost host;

  @Inject
  public LedgerFlush(LedgerHost host) {
    this.host = host;
  }

  /**
   * Completes when every event that is on Kafka now has reached the results; fails where that takes
   * longer than {@code limit} or Kafka cannot be asked.
   */
  public CompletionStage<Void> await(Duration limit) {
    return host.caughtUp(limit);
  }
}
