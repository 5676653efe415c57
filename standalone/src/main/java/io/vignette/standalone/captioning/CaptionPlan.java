package io.vignette.standalone.captioning;

import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.standalone.input.NamedImage;
import java.util.List;
import java.util.Optional;

/**
 * What one run is asked to do.
 *
 * @param images in output order, unique ids
 * @param prompts asked about every picture, in this order; empty = one plain caption
 * @param model empty = the repository's default
 */
public record CaptionPlan(
    List<NamedImage> images, List<Prompt> prompts, Optional<String> model, Generation generation) {

  public CaptionPlan {
    images = List.copyOf(images);
    prompts = List.copyOf(prompts);
  }
}
