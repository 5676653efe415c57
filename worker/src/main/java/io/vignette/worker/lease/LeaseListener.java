package io.vignette.worker.lease;

import io.vignette.records.SkippedRecord;
import java.time.Duration;
import java.util.Set;

/** Hears what happens to leases. Called by lane threads; must not block, nor throw. */
public interface LeaseListener {

  /** Hears nothing. */
  LeaseListener NONE = new LeaseListener() {};

  /** Records were acquired, some of them not for the first time. */
  default void acquired(LaneKind lane, int records, int redelivered) {}

  /** A lane began (true) or ceased (false) to ask for records. */
  default void polling(LaneKind lane, boolean polling) {}

  /** The broker did not confirm acknowledgements: these records come again. */
  default void acknowledgementsFailed(LaneKind lane, int records) {}

  /** A lane lost its consumer and makes a new one after the wait. */
  default void laneFailed(String lane, RuntimeException cause, Duration wait) {}

  /** A lane polled without a failure. */
  default void lanePolled(String lane) {}

  /** Kafka refuses to say whether the topics exist; asked again after the wait. */
  default void topicsUnknown(Throwable cause, Duration wait) {}

  /** Kafka says whether they exist. */
  default void topicsKnown() {}

  /** They don't exist, or not for this user; they are waited for. Told once a start. */
  default void topicsMissing(Set<String> topics) {}

  /**
   * How far workers came that used the other kind of group is not known, or a share group could not
   * be moved there: jobs may be done once more.
   */
  default void takeOverFailed(LaneKind lane, Throwable cause) {}

  /**
   * Kafka refuses the newer protocol of consumer groups: lanes go on with the classic one. Told
   * once a start.
   */
  default void protocolRefused(Throwable cause) {}

  /** Leases last this long, as the broker says. */
  default void leaseTime(LaneKind lane, Duration leaseTime) {}

  /** A record that is not a job's was passed over. Called by the thread that reads its topic. */
  default void skipped(SkippedRecord record) {}

  /** Processor time a lane took for one round. */
  default void laneCpu(long nanos) {}
}
