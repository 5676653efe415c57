package io.vignette.standalone.cli;

import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import picocli.CommandLine.Option;

/** What a picture may cost. */
final class LimitOptions {

  private static final long MEBIBYTE = 1L << 20;
  private static final long MEGAPIXEL = 1_000_000;

  @Option(
      names = "--max-mib",
      paramLabel = "N",
      description = "The largest file, in MiB (default: ${DEFAULT-VALUE}).")
  private long maxMebibytes = 64;

  @Option(
      names = "--max-mpx",
      paramLabel = "N",
      description = "The largest picture, in million pixels (default: ${DEFAULT-VALUE}).")
  private long maxMegapixels = 100;

  ImageLimits limits() throws UsageException {
    ImageLimits defaults = ImageLimits.defaults();
    try {
      return new ImageLimits(
          maxMebibytes * MEBIBYTE,
          maxMegapixels * MEGAPIXEL,
          defaults.connectTimeout(),
          defaults.fetchTimeout());
    } catch (IllegalArgumentException e) {
      throw new UsageException(Reason.REQUEST_INVALID, "limits: " + e.getMessage());
    }
  }
}
