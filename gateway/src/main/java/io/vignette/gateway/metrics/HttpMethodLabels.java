package io.vignette.gateway.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Names of HTTP methods in metrics: a known one or {@code OTHER}, so that nobody makes new series
 * by inventing methods.
 *
 * <p>Answers are labelled before their meter is looked up, because Micrometer keeps every label
 * that it was ever asked for. Requests that were broken off have no such place; the filter is for
 * them. Paths are bounded by {@code quarkus.micrometer.binder.http-server.match-patterns}.
 */
@Singleton
public class HttpMethodLabels implements HttpServerMetricsTagsContributor, MeterFilter {
  private static final String METHOD = "method";
  private static final String OTHER = "OTHER";
  private static final String PREFIX = "http.server.";
  private static final Set<String> KNOWN =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  @Override
  public Tags contribute(Context context) {
    return Tags.of(METHOD, known(context.request().method().name()));
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    String method = id.getName().startsWith(PREFIX) ? id.getTag(METHOD) : null;
    return method == null || known(method).equals(method)
        ? id
        : id.replaceTags(Tags.of(id.getTagsAsIterable()).and(Tag.of(METHOD, OTHER)));
  }

  private static String known(String method) {
    return KNOWN.contains(method) ? method : OTHER;
  }
}
