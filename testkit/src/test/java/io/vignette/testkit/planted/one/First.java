package io.vignette.testkit.planted.one;

import io.vignette.testkit.planted.two.Second;

/** Half of a package cycle. */
public record First(Second second) {}
