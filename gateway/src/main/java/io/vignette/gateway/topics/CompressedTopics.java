package io.vignette.gateway.topics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Topics that keep records compressed.
 *
 * <p>{@code max.message.bytes} bounds a record as it is kept, and every consumer unpacks a record
 * whole: one of some kilobytes may take all memory of whoever reads it, again and again. A topic
 * that keeps records as they are refuses such a one when it is written.
 */
final class CompressedTopics {
  /** What {@code compression.type} is to be. */
  static final String NONE = "uncompressed";

  private static final Logger LOG = Logger.getLogger(CompressedTopics.class);

  private CompressedTopics() {}

  /** Names those among the topics, which others may have made, in the log. */
  static void warn(Admin admin, List<String> topics) throws InterruptedException {
    List<ConfigResource> asked =
        topics.stream()
            .sorted()
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
            .toList();
    try {
      Map<ConfigResource, Config> found = admin.describeConfigs(asked).all().get();
      List<String> compressed =
          asked.stream()
              .filter(topic -> isCompressed(found.get(topic)))
              .map(ConfigResource::name)
              .toList();
      if (!compressed.isEmpty()) {
        LOG.warnf(
            "topics: compressed records are taken, and their size is not bounded: %s (expected:"
                + " %s=%s)",
            String.join(", ", compressed), TopicConfig.COMPRESSION_TYPE_CONFIG, NONE);
      }
    } catch (ExecutionException e) {
      // Mostly for lack of a right that nothing else needs.
      LOG.debugf("topics: compression not known (%s)", e.getCause());
    }
  }

  private static boolean isCompressed(@Nullable Config topic) {
    ConfigEntry compression = topic == null ? null : topic.get(TopicConfig.COMPRESSION_TYPE_CONFIG);
    return compression != null && !NONE.equals(compression.value());
  }
}
