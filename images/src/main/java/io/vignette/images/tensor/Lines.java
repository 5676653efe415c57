package io.vignette.images.tensor;

/** Takes lines of samples in order, each in an array of its own that it provides. */
interface Lines {
  /** The array for line number {@code n}, to be filled before {@link #filled}. */
  int[] array(int n);

  /** Line number {@code n} is in its array. */
  void filled(int n);
}
