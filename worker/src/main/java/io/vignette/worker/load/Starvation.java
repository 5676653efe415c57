package io.vignette.worker.load;

/** What a part of the engine that is not in use waits for. */
public enum Starvation {
  /** The engine itself: it is loading, away or failing. */
  ENGINE_AWAY,
  /** Jobs: the worker holds none that could become a batch. */
  QUEUE_EMPTY,
  /** Bytes of images, from their servers or the blob store. */
  FETCH,
  /** Processors for decoding and resizing. */
  DECODE,
  /** More requests: those that are ready linger for company. */
  BATCH;

  /** As in metrics and summaries. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
