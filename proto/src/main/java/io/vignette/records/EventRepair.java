package io.vignette.records;

import io.vignette.proto.v1.Failed;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Retried;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The repair of one event: what no event can hold is replaced or left out, and noted. Used once, by
 * one thread. Copies nothing of an event that needs no repair.
 */
final class EventRepair {
  /** Workers count attempts in headers of five digits. */
  private static final int ATTEMPT_MAX = 99_999;

  private final JobEvent source;
  private final long recordMillis;
  private final List<String> names = new ArrayList<>();
  private JobEvent.@Nullable Builder changed;

  EventRepair(JobEvent source, long recordMillis) {
    this.source = source;
    this.recordMillis = WireTime.written(recordMillis);
  }

  ReadEvent repaired() {
    repairTime();
    repairAttempt();
    repairIdentity();
    switch (source.getFactCase()) {
      case SUBMITTED -> repairSubmitted(source.getSubmitted());
      case RETRIED -> repairRetried(source.getRetried());
      case SUCCEEDED -> repairSucceeded(source.getSucceeded());
      case FAILED -> repairFailed(source.getFailed());
      case STARTED, CANCELLED, EXPIRED, FACT_NOT_SET -> {
        // Nothing of these but texts reaches a status.
      }
    }
    return new ReadEvent(changed == null ? source : changed.build(), names);
  }

  /** An event without a time is nothing unusual: it gets the record's, and that is no repair. */
  private void repairTime() {
    if (!source.hasAt()) {
      changed().setAt(WireTime.ofMillis(recordMillis));
    } else if (!WireTime.isPast(source.getAt(), recordMillis)) {
      repair("at").setAt(WireTime.ofMillis(recordMillis));
    }
  }

  private void repairAttempt() {
    int attempt = Math.clamp(source.getAttempt(), 0, ATTEMPT_MAX);
    if (attempt != source.getAttempt()) {
      repair("attempt").setAttempt(attempt);
    }
  }

  private void repairIdentity() {
    JobIdentity told = source.getIdentity();
    JobIdentity identity = IdentityBounds.within(told);
    if (identity != told) {
      repair("identity").setIdentity(identity);
    }
  }

  private void repairSubmitted(Submitted told) {
    Submitted submitted = ResultRepair.submitted(told);
    if (submitted != told) {
      repair("submitted").setSubmitted(submitted);
    }
  }

  private void repairRetried(Retried told) {
    if (told.hasNotBefore() && !WireTime.isValid(told.getNotBefore())) {
      repair("retried.not_before").setRetried(told.toBuilder().clearNotBefore());
    }
  }

  private void repairSucceeded(Succeeded told) {
    Succeeded succeeded = ResultRepair.succeeded(told);
    if (succeeded != told) {
      repair("succeeded").setSucceeded(succeeded);
    }
  }

  private void repairFailed(Failed told) {
    Failed failed = ResultRepair.failed(told);
    if (failed != told) {
      repair("failed").setFailed(failed);
    }
  }

  private JobEvent.Builder repair(String name) {
    names.add(name);
    return changed();
  }

  private JobEvent.Builder changed() {
    JobEvent.Builder builder = changed == null ? source.toBuilder() : changed;
    changed = builder;
    return builder;
  }
}
