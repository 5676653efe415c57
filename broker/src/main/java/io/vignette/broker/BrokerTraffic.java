package io.vignette.broker;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * What the broker of this JVM was asked so far. Immutable.
 *
 * @param requests by name, as {@code Produce}
 * @param records written by clients, in all topics; not the broker's own
 */
public record BrokerTraffic(Map<String, Long> requests, long records) {
  private static final String REQUESTS =
      "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=*,version=*";

  /** Kafka counts each of these as {@code Fetch} too. */
  private static final Set<String> COUNTED_AS_FETCH = Set.of("FetchConsumer", "FetchFollower");

  private static final String RECORDS =
      "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec";

  public BrokerTraffic {
    requests = Map.copyOf(requests);
  }

  /** Until now, by the broker's own meters; all is 0 where there is none. */
  public static BrokerTraffic now() {
    Map<String, Long> requests = new HashMap<>();
    counts(REQUESTS)
        .forEach((name, count) -> requests.merge(name.getKeyProperty("request"), count, Long::sum));
    requests.keySet().removeAll(COUNTED_AS_FETCH);
    return new BrokerTraffic(
        requests, counts(RECORDS).values().stream().mapToLong(Long::longValue).sum());
  }

  private static Map<ObjectName, Long> counts(String pattern) {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    Map<ObjectName, Long> counts = new HashMap<>();
    try {
      for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
        counts.put(name, (Long) beans.getAttribute(name, "Count"));
      }
      return counts;
    } catch (JMException e) {
      throw new IllegalStateException("broker: its meters could not be read", e);
    }
  }

  /** Requests an image since {@code before}, by name, those that came most often first. */
  public Map<String, Double> requestsPerImageSince(BrokerTraffic before, int images) {
    Map<String, Double> perImage = new LinkedHashMap<>();
    requests.entrySet().stream()
        .map(
            request ->
                Map.entry(
                    request.getKey(),
                    perImage(
                        request.getValue() - before.requests().getOrDefault(request.getKey(), 0L),
                        images)))
        .filter(request -> request.getValue() > 0)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(request -> perImage.put(request.getKey(), request.getValue()));
    return perImage;
  }

  /** Records an image since {@code before}. */
  public double recordsPerImageSince(BrokerTraffic before, int images) {
    return perImage(records - before.records(), images);
  }

  /** To the thousandth. */
  private static double perImage(long count, int images) {
    return Math.round(1e3 * count / Math.max(1, images)) / 1e3;
  }
}
