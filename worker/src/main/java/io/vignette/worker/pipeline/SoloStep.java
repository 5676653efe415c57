package io.vignette.worker.pipeline;

import io.vignette.proto.v1.SoloMark;
import io.vignette.wire.Topics.Delay;
import java.time.Duration;
import java.time.Instant;

/**
 * What to do with a job that was delivered on the solo lane.
 *
 * <p>Pure. A delivery counts nothing against a job: workers are stopped and killed for many
 * reasons. An open mark does: a worker had the job's image alone in decoder and engine and did not
 * say that it ended with it.
 *
 * <pre>
 *   first delivery ──► BESIDE_OTHERS
 *   delivered again ─► ALONE ── its worker went down ──► ALONE ── again ──► WAIT ── still ──► POISON
 *                        └── ended in any other way: the mark is closed, nothing is counted
 *   near the broker's limit of deliveries: ANEW; after very many: TOO_MANY
 * </pre>
 */
enum SoloStep {
  /** In a batch of its own, while other jobs are decoded and inferred. */
  BESIDE_OTHERS,
  /** With nothing else in this worker's decoder and engine, and an open mark. */
  ALONE,
  /** Put off once: a worker that was only stopped may still end the job. */
  WAIT,
  /** Fails as {@code inference.poison}. */
  POISON,
  /** Written anew, which begins the broker's count again. */
  ANEW,
  /** Fails as {@code job.too_many_attempts}. */
  TOO_MANY;

  /** Workers that went down with a job alone before it is called poison. */
  static final int CRASHES_MAX = 2;

  /** The wait, less what clocks may differ by. */
  private static final Duration WAIT_MIN = Delay.ONE_MINUTE.duration().minusSeconds(10);

  /** Deliveries on the solo lane after which a job without an outcome fails. */
  static final int DELIVERIES_MAX = 20;

  /**
   * The step.
   *
   * @param mark the job's last mark
   * @param deliveries of this record, from 1
   * @param isOwnDoing this worker gave the record back itself
   * @param deliveryLimit deliveries after which the broker drops a record
   * @param now compared with the mark's instant: a second record of the job must not cut its wait
   *     short
   */
  static SoloStep of(
      SoloMark mark, int deliveries, boolean isOwnDoing, int deliveryLimit, Instant now) {
    if (crashes(mark) >= CRASHES_MAX) {
      return mark.getWaited() && !now.isBefore(writtenAt(mark).plus(WAIT_MIN)) ? POISON : WAIT;
    }
    if (deliveries >= Math.max(2, deliveryLimit - 1)) {
      return mark.getDeliveries() + deliveries >= DELIVERIES_MAX ? TOO_MANY : ANEW;
    }
    boolean isSecondTry = deliveries > 1 && !isOwnDoing;
    boolean isMarked = !mark.getJobId().isEmpty();
    return isSecondTry || isMarked ? ALONE : BESIDE_OTHERS;
  }

  private static Instant writtenAt(SoloMark mark) {
    return Instant.ofEpochSecond(mark.getAt().getSeconds());
  }

  /** Workers that went down with the job alone. */
  static int crashes(SoloMark mark) {
    return mark.getCrashes() + (mark.getOpen() ? 1 : 0);
  }
}
