package io.vignette.records;

/**
 * How much a job may ask for and carry: the same for the gateway that takes it and the worker that
 * finds it on a topic.
 *
 * @param promptsMax prompts on one image
 * @param promptCharactersMax characters of one prompt: keeps floods out of the queue; the model's
 *     own limit, in tokens, is the worker's to check
 * @param metadataPairsMax pairs of metadata
 * @param metadataCharactersMax characters of one key or value
 * @param recordBytesMax a whole job as it goes to Kafka; below the broker's limit on messages, as
 *     every move to another topic adds headers
 */
public record JobLimits(
    int promptsMax,
    int promptCharactersMax,
    int metadataPairsMax,
    int metadataCharactersMax,
    int recordBytesMax) {

  /** 16 prompts of 4096 characters, 16 pairs of 1024 characters, 900 KiB. */
  public static JobLimits defaults() {
    return new JobLimits(16, 4096, 16, 1024, 900 * 1024);
  }
}
