package io.vignette.gateway.submission;

/** Where a record is on Kafka. */
public record Position(String topic, int partition, long offset) {}
