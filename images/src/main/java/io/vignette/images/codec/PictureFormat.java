package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;

/** Knows one file format. Stateless. */
interface PictureFormat {
  /** Reads the structure, not the pixels: cheap, whatever size the header claims. */
  Picture open(Bytes file) throws ImageRejectedException;
}
