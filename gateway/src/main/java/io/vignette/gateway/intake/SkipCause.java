package io.vignette.gateway.intake;

import java.util.Locale;

/** Why an event was ignored. */
public enum SkipCause {
  /** {@code s3:TestEvent}: a store tries its notifications. */
  TEST_EVENT,
  /** An object was deleted, restored or the like. */
  OTHER_EVENT,
  /** An object without content that stands for a folder. */
  FOLDER,
  /** No rule matches, and such events are to be ignored. */
  NO_RULE;

  /** For metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
