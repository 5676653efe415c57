package io.vignette.gateway.admission;

import io.vignette.records.JobLimits;
import java.time.Duration;

/**
 * What a job may ask for.
 *
 * @param job what holds for workers too
 * @param timeToLiveMax the longest deadline, and the one taken when a client names none
 */
public record AdmissionLimits(JobLimits job, Duration timeToLiveMax) {

  /** The usual limits of a job, 24 h. */
  public static AdmissionLimits defaults() {
    return new AdmissionLimits(JobLimits.defaults(), Duration.ofHours(24));
  }
}
