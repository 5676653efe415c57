package io.vignette.gateway.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vignette.models.Model;
import io.vignette.models.ModelProfile;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A model as clients see it. */
@JsonNaming(SnakeCaseStrategy.class)
@Schema(name = "Model")
public record ModelView(
    String name,
    String version,
    @Schema(description = "Whether it serves requests that name no model.") boolean isDefault,
    String description,
    String license,
    @Schema(description = "A sentence for people who use it; may be empty.") String notice,
    @Schema(description = "Pixels; pictures are resized to it.") int imageWidth,
    int imageHeight,
    int maxPromptTokens,
    RangeView maxNewTokens) {

  /** A supported range, both ends included. */
  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Range")
  public record RangeView(int min, int max, int standard) {}

  /** All models. */
  @Schema(name = "Models")
  public record ModelsView(List<ModelView> models) {}

  static ModelView of(Model model, boolean isDefault) {
    ModelProfile profile = model.profile();
    ModelProfile.TokenRange range = profile.generation().maxNewTokens();
    return new ModelView(
        model.name(),
        model.version(),
        isDefault,
        profile.description(),
        profile.license(),
        profile.notice(),
        model.imageWidth(),
        model.imageHeight(),
        profile.text().maxPromptTokens(),
        new RangeView(range.min(), range.max(), range.standard()));
  }
}
