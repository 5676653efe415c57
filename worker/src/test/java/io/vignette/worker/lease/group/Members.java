package io.vignette.worker.lease.group;

import io.vignette.worker.lease.JobSource;
import io.vignette.worker.lease.LeaseConfig.Source;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeaseSettings;
import io.vignette.worker.lease.SharedJobs;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How the workers of a test share the jobs. */
enum Members {
  /** By the protocol of KIP-848. */
  CONSUMER(Source.CONSUMER_GROUP),
  /** By the classic protocol. */
  CLASSIC(Source.CONSUMER_GROUP),
  /** Not at all. */
  ALONE(Source.ALONE);

  private final Source source;

  Members(Source source) {
    this.source = source;
  }

  JobSource source(SharedJobs jobs, int heldMax, long heldBytesMax, LeaseListener listener) {
    Map<String, Object> kafka = new HashMap<>(jobs.kafka);
    if (this == CLASSIC) {
      kafka.put("group.protocol", "classic");
    }
    LeaseSettings settings =
        new LeaseSettings(source, 1, 1, 2, 1, Duration.ofMillis(250), Duration.ofMillis(200));
    return new ConsumerGroupJobSource(
        kafka, jobs.topics, settings, heldMax, heldBytesMax, listener, Clock.systemUTC());
  }
}
