package io.vignette.worker.lease;

import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;

/** What a lane leases. */
public enum LaneKind {
  /** Jobs somebody waits for. */
  INTERACTIVE,
  /** Everything else. */
  BULK,
  /** Suspects, one at a time. */
  SOLO;

  /** Where its jobs are. */
  public String topic(Topics topics) {
    return switch (this) {
      case INTERACTIVE -> topics.jobsInteractive();
      case BULK -> topics.jobsBulk();
      case SOLO -> topics.jobsSolo();
    };
  }

  /** The share group of all workers' lanes of this kind. */
  public String group(Topics topics) {
    return switch (this) {
      case INTERACTIVE -> ShareGroups.interactive(topics);
      case BULK -> ShareGroups.bulk(topics);
      case SOLO -> ShareGroups.solo(topics);
    };
  }
}
