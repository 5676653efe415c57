package io.vignette.gateway.submission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.admission.AdmissionLimits;
import io.vignette.gateway.config.PositiveDuration;
import io.vignette.records.JobLimits;
import java.time.Duration;

/** What is taken in, and how. */
@ConfigMapping(prefix = "vignette.submission")
public interface SubmissionConfig {

  /**
   * The largest image that travels inside its job; larger ones go to the blob store. Too low: every
   * image costs a blob. Too high: Kafka's disks and network fill with pixels. Range: bytes, 0 to
   * 524288. Reloadable: no.
   */
  @WithDefault("262144")
  int inlineBytesMax();

  /**
   * Most prompts on one image. Set it for gateways and workers alike. Range: from 1. Reloadable:
   * no.
   */
  @WithDefault("16")
  int promptsMax();

  /**
   * Most characters of one prompt. Set it for gateways and workers alike. Range: from 1.
   * Reloadable: no.
   */
  @WithDefault("4096")
  int promptCharactersMax();

  /**
   * Most pairs of metadata. Set it for gateways and workers alike. Range: from 0. Reloadable: no.
   */
  @WithDefault("16")
  int metadataPairsMax();

  /**
   * Most characters of a key or value of metadata. Set it for gateways and workers alike. All
   * metadata of a job together must not be more than 128 KiB. Range: from 1. Reloadable: no.
   */
  @WithDefault("1024")
  int metadataCharactersMax();

  /**
   * The longest deadline, and the one of a job that names none. Too high: jobs outlive their
   * topics' retention ({@code vignette.topics.job-retention} must be 24 h more). Range: from 1 ms.
   * Reloadable: no.
   */
  @WithDefault("24h")
  @WithConverter(PositiveDuration.class)
  Duration deadlineMax();

  /**
   * The largest job record. Set it for gateways and workers alike. Too high: Kafka refuses it (its
   * own default limit is 1 MiB). Range: bytes, from 1. Reloadable: no.
   */
  @WithDefault("921600")
  int recordBytesMax();

  /** The limits as the rules take them. */
  default AdmissionLimits limits() {
    return new AdmissionLimits(
        new JobLimits(
            promptsMax(),
            promptCharactersMax(),
            metadataPairsMax(),
            metadataCharactersMax(),
            recordBytesMax()),
        deadlineMax());
  }
}
