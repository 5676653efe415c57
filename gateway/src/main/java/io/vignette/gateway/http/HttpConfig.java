package io.vignette.gateway.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.NotNegativeDuration;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** How many clients the HTTP server takes, and how long it waits for them. */
@ConfigMapping(prefix = "vignette.http")
public interface HttpConfig {

  /**
   * Connections at once; more are closed as they come, those of health checks too. Too low: callers
   * are cut off. Too high: each takes a file descriptor and some kilobytes. Range: from 1.
   * Reloadable: no.
   */
  @WithDefault("2000")
  int connectionsMax();

  /**
   * How long a new connection may take to send the head of its first request. Too low: clients on
   * bad networks are refused. Too high: silent connections stay. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("10s")
  @WithConverter(PositiveDuration.class)
  Duration headTimeout();

  /**
   * How long a connection stays open until the head of its next request has come; over HTTP/2, how
   * long without an open stream. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("60s")
  @WithConverter(PositiveDuration.class)
  Duration keepAliveTimeout();

  /**
   * The longest pause within the body of a request; then 408 `request.timeout`. Over HTTP/2 also
   * how long a request that is answered may stay open; then its stream is reset. Range: from 1 ms.
   * Reloadable: no.
   */
  @WithDefault("20s")
  @WithConverter(PositiveDuration.class)
  Duration bodyPauseMax();

  /**
   * How long the body of a request may take from its first byte to its last; then 408
   * `request.timeout`. Too low: large uploads on slow networks are refused. Range: from 1 ms.
   * Reloadable: no.
   */
  @WithDefault("5m")
  @WithConverter(PositiveDuration.class)
  Duration bodyTimeout();

  /**
   * How long a client may leave a part of its answer unread; then its connection is closed, over
   * HTTP/2 its stream reset. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("30s")
  @WithConverter(PositiveDuration.class)
  Duration answerTimeout();

  /**
   * How long a gateway that stops waits for the requests that are open; what is open then is cut.
   * Range: from 0. Reloadable: no.
   */
  @WithDefault("10s")
  @WithConverter(NotNegativeDuration.class)
  Duration drainTimeout();
}
