package io.vignette.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vignette.images.ImageLimits;
import java.time.Duration;

/** What a picture may cost before it is refused: the same for gateways and workers. */
@ConfigMapping(prefix = "vignette.images")
public interface ImagesConfig {

  /**
   * Size of the file. Too low: photographs are refused. Too high: memory. Range: bytes, 1 to
   * 2147483639. Reloadable: no.
   */
  @WithDefault("67108864")
  long bytesMax();

  /**
   * Width × height. Too low: photographs are refused. Too high: memory, up to 7 bytes a pixel.
   * Range: pixels, 1 to 715827879. Reloadable: no.
   */
  @WithDefault("100000000")
  long pixelsMax();

  /** For one connection to a server of pictures. Range: above 0. Reloadable: no. */
  @WithDefault("5s")
  Duration connectTimeout();

  /**
   * For a whole fetch: names, connections, redirects and the body. Range: above 0. Reloadable: no.
   */
  @WithDefault("20s")
  Duration fetchTimeout();

  /** These values as limits. */
  default ImageLimits limits() {
    return new ImageLimits(bytesMax(), pixelsMax(), connectTimeout(), fetchTimeout());
  }
}
