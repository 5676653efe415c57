package io.vignette.images.tensor;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Weights of the sizes met lately: most folders hold pictures of few sizes.
 *
 * <p>Thread-safe, without locks. Holds at most {@value #SLOTS} tables of at most {@value
 * #WEIGHTS_MAX} weights (8 MiB in all); a newer table takes the place of an older one in its slot.
 */
final class CoefficientCache {
  private static final int SLOTS = 64;
  private static final int WEIGHTS_MAX = 32 * 1024;

  private final AtomicReferenceArray<@Nullable Coefficients> slots =
      new AtomicReferenceArray<>(SLOTS);

  Coefficients get(int in, int out) {
    int slot = Math.floorMod(in * 31 + out, SLOTS);
    Coefficients known = slots.get(slot);
    if (known != null && known.in == in && known.out == out) {
      return known;
    }
    Coefficients made = Coefficients.of(in, out);
    if (made.weights.length <= WEIGHTS_MAX) {
      slots.set(slot, made);
    }
    return made;
  }
}
