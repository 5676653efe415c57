package io.vignette.gateway.json;

import java.math.BigDecimal;

/** What counts as a whole number in JSON. Stateless. */
public final class WholeNumbers {
  private WholeNumbers() {}

  /** As JSON Schema has it, 1.0 is a whole number; an exponent of any size costs nothing here. */
  public static boolean contain(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }
}
