package io.vignette.gateway.expiry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.NotNegativeDuration;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** When jobs that nobody finished are ended. */
@ConfigMapping(prefix = "vignette.expiry")
public interface ExpiryConfig {

  /**
   * How long after its deadline an open job is ended. Too low: the gateway cuts off workers that
   * are about to say so themselves. Too high: clients wait for nothing. Range: from 0. Reloadable:
   * no.
   */
  @WithDefault("60s")
  @WithConverter(NotNegativeDuration.class)
  Duration margin();

  /**
   * How often overdue jobs are looked for. Too low: the table is searched all the time. Too high:
   * jobs end late. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("5s")
  @WithConverter(PositiveDuration.class)
  Duration interval();
}
