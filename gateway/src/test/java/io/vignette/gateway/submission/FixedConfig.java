package io.vignette.gateway.submission;

import java.time.Duration;

/** The defaults, as {@link SubmissionConfig} states them. */
public record FixedConfig() implements SubmissionConfig {
  @Override
  public int inlineBytesMax() {
    return 262_144;
  }

  @Override
  public int promptsMax() {
    return 16;
  }

  @Override
  public int promptCharactersMax() {
    return 4096;
  }

  @Override
  public int metadataPairsMax() {
    return 16;
  }

  @Override
  public int metadataCharactersMax() {
    return 1024;
  }

  @Override
  public Duration deadlineMax() {
    return Duration.ofHours(24);
  }

  @Override
  public int recordBytesMax() {
    return 921_600;
  }
}
