package io.vignette.worker.engine.triton;

/** What a call asks a server for. */
public enum Step {
  /** Pictures and prompts to answers, in one. */
  ENSEMBLE,
  /** Pictures to features. */
  ENCODER,
  /** Features and prompts to answers. */
  LLM
}
