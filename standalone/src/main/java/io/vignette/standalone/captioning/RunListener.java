package io.vignette.standalone.captioning;

/** Somebody who watches a run. Called from several threads, one at a time; must be quick. */
public interface RunListener {

  /** One more picture has its caption or its error. */
  void completed(RunFigures figures);
}
