package io.vignette.gateway.submission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.admission.AdmissionLimits;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** What is taken in, and how. */
@ConfigMapping(prefix = "vignette.submission")
public interface SubmissionConfig {

  /**
   * The largest image that travels inside its job; larger ones go to the blob store. Bytes, 0 to
   * 512 KiB, default 256 KiB. Too low: every image costs a blob. Too high: Kafka's disks and
   * network fill with pixels. Reloadable: no.
   */
  @WithDefault("262144")
  int inlineBytesMax();

  /** Most prompts on one image. From 1, default 16. Reloadable: no. */
  @WithDefault("16")
  int promptsMax();

  /** Most characters of one prompt. From 1, default 4096. Reloadable: no. */
  @WithDefault("4096")
  int promptCharactersMax();

  /** Most pairs of metadata. From 0, default 16. Reloadable: no. */
  @WithDefault("16")
  int metadataPairsMax();

  /** Most characters of a key or value of metadata. From 1, default 1024. Reloadable: no. */
  @WithDefault("1024")
  int metadataCharactersMax();

  /**
   * The longest deadline, and the one of a job that names none. Default 24 h. Too high: jobs
   * outlive their topics' retention (vignette.topics.job-retention must be 24 h more). Reloadable:
   * no.
   */
  @WithDefault("24h")
  @WithConverter(PositiveDuration.class)
  Duration deadlineMax();

  /**
   * The largest job record, in bytes. Default 921600. Too high: Kafka refuses it (its own default
   * limit is 1 MiB). Reloadable: no.
   */
  @WithDefault("921600")
  int recordBytesMax();

  /** The limits as the rules take them. */
  default AdmissionLimits limits() {
    return new AdmissionLimits(
        promptsMax(),
        promptCharactersMax(),
        metadataPairsMax(),
        metadataCharactersMax(),
        deadlineMax(),
        recordBytesMax());
  }
}
