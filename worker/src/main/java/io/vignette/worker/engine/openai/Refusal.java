package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.InferenceFailure;
import java.util.Optional;

/**
 * A request that the server answered without a caption.
 *
 * @param failure what the item is told
 * @param consequence what follows for the requests after this one
 * @param unsupportedField the field without which the server may take the request
 */
record Refusal(
    InferenceFailure failure, Consequence consequence, Optional<String> unsupportedField) {

  /** What a refusal says about the server. */
  enum Consequence {
    /** Nothing: it is about this request. */
    NONE,
    /** Nothing yet: a mishap, perhaps. The same request is worth another try. */
    ASK_AGAIN,
    /** It wants fewer requests for as long as its headers say. */
    PAUSE,
    /** It wants no requests until somebody has paid. */
    LONG_PAUSE,
    /** It may be gone: it has to be asked. */
    PROBE,
    /** It will never answer this key. */
    GIVE_UP
  }

  static Refusal of(InferenceFailure failure) {
    return new Refusal(failure, Consequence.NONE, Optional.empty());
  }

  static Refusal of(InferenceFailure failure, Consequence consequence) {
    return new Refusal(failure, consequence, Optional.empty());
  }
}
