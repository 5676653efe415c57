package io.vignette.testkit.planted.two;

import io.vignette.testkit.planted.one.First;

/** The other half. */
public final class Second {
  private final java.util.List<First> firsts = new java.util.ArrayList<>();

  public java.util.List<First> firsts() {
    return firsts;
  }
}
