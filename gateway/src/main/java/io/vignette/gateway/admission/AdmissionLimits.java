package io.vignette.gateway.admission;

import java.time.Duration;

/**
 * What a job may ask for.
 *
 * @param promptsMax prompts on one image
 * @param promptCharactersMax characters of one prompt: keeps floods out of the queue; the model's
 *     own limit, in tokens, is the worker's to check
 * @param metadataPairsMax pairs of metadata
 * @param metadataCharactersMax characters of one key or value
 * @param timeToLiveMax the longest deadline, and the one taken when a client names none
 * @param recordBytesMax a whole job as it goes to Kafka; below the broker's limit on messages
 */
public record AdmissionLimits(
    int promptsMax,
    int promptCharactersMax,
    int metadataPairsMax,
    int metadataCharactersMax,
    Duration timeToLiveMax,
    int recordBytesMax) {

  /** 16 prompts of 4096 characters, 16 pairs of 1024 characters, 24 h, 900 KiB. */
  public static AdmissionLimits defaults() {
    return new AdmissionLimits(16, 4096, 16, 1024, Duration.ofHours(24), 900 * 1024);
  }
}
