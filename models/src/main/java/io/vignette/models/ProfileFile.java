package io.vignette.models;

import io.vignette.models.ModelProfile.Batch;
import io.vignette.models.ModelProfile.Confidence;
import io.vignette.models.ModelProfile.Generation;
import io.vignette.models.ModelProfile.Image;
import io.vignette.models.ModelProfile.Resample;
import io.vignette.models.ModelProfile.Templates;
import io.vignette.models.ModelProfile.Text;
import io.vignette.models.ModelProfile.TokenRange;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** A {@code profile.yaml}: read strictly, consistent within itself. */
final class ProfileFile {
  static final String PLACEHOLDER = "{}";

  private static final String CONFIDENCE = "confidence";
  private static final Pattern FILE_NAME = Pattern.compile("\\w[\\w.-]*");
  private static final int ANY = Integer.MAX_VALUE;
  private static final int IMAGE_SIDE_MAX = 8192;

  private final Path file;

  ProfileFile(Path file) {
    this.file = file;
  }

  ModelProfile read() throws InvalidModelException {
    YamlSection root =
        YamlSection.of(
            file,
            document(),
            Set.of(CONFIDENCE),
            "schema",
            "name",
            "description",
            "license",
            "notice",
            "image",
            "text",
            "templates",
            "generation",
            "batch");
    return new ModelProfile(
        root.integer("schema", ModelProfile.SCHEMA, ModelProfile.SCHEMA),
        root.requireText("name"),
        root.text("description"),
        root.requireText("license"),
        root.text("notice"),
        image(root.section("image", "width", "height", "resample")),
        text(
            root.section(
                "text",
                "tokenizer",
                "max_prompt_tokens",
                "pad_token_id",
                "eos_token_ids",
                "length_buckets")),
        templates(root.section("templates", "caption", "prefix", "question")),
        generation(root.section("generation", "max_new_tokens")),
        new Batch(root.section("batch", "preferred").integer("preferred", 1, ANY)),
        root.has(CONFIDENCE)
            ? new Confidence(root.section(CONFIDENCE, "low_below").share("low_below"))
            : Confidence.UNKNOWN);
  }

  private @Nullable Object document() throws InvalidModelException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (Reader reader = Files.newBufferedReader(file)) {
      return new Yaml(new SafeConstructor(options)).load(reader);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new InvalidModelException(file, "line %d: %s".formatted(line, e.getProblem()), e);
    } catch (YAMLException | IOException e) {
      if (isOfCharacters(e)) {
        throw new InvalidModelException(file, "not UTF-8 (expected: YAML in UTF-8)", e);
      }
      throw new InvalidModelException(file, "cannot be read: " + e, e);
    }
  }

  /** The parser wraps what its reader throws. */
  private static boolean isOfCharacters(Exception e) {
    return e instanceof CharacterCodingException
        || e.getCause() instanceof CharacterCodingException;
  }

  private static Image image(YamlSection section) throws InvalidModelException {
    String resample = section.text("resample");
    if (!resample.equals("bicubic")) {
      throw section.problem("resample", "%s (expected: bicubic)", resample);
    }
    return new Image(
        section.integer("width", 1, IMAGE_SIDE_MAX),
        section.integer("height", 1, IMAGE_SIDE_MAX),
        Resample.BICUBIC);
  }

  private static Text text(YamlSection section) throws InvalidModelException {
    String tokenizer = section.requireText("tokenizer");
    if (!FILE_NAME.matcher(tokenizer).matches()) {
      throw section.problem("tokenizer", "%s (expected: a file name without folder)", tokenizer);
    }
    int maxPromptTokens = section.integer("max_prompt_tokens", 1, ANY);
    return new Text(
        tokenizer,
        maxPromptTokens,
        section.integer("pad_token_id", 0, ANY),
        section.integers("eos_token_ids", 0, ANY),
        lengthBuckets(section, maxPromptTokens));
  }

  private static List<Integer> lengthBuckets(YamlSection section, int maxPromptTokens)
      throws InvalidModelException {
    List<Integer> buckets = section.integers("length_buckets", 1, ANY);
    for (int i = 1; i < buckets.size(); i++) {
      if (buckets.get(i) <= buckets.get(i - 1)) {
        throw section.problem("length_buckets", "%s (expected: ascending)", buckets);
      }
    }
    if (buckets.getLast() < maxPromptTokens) {
      throw section.problem(
          "length_buckets",
          "largest is %d (expected: at least max_prompt_tokens, %d)",
          buckets.getLast(),
          maxPromptTokens);
    }
    return buckets;
  }

  private static Templates templates(YamlSection section) throws InvalidModelException {
    String caption = section.text("caption");
    if (caption.contains(PLACEHOLDER)) {
      throw section.problem("caption", "\"%s\" (expected: no {}, a caption has no text)", caption);
    }
    return new Templates(caption, template(section, "prefix"), template(section, "question"));
  }

  private static String template(YamlSection section, String key) throws InvalidModelException {
    String template = section.text(key);
    int first = template.indexOf(PLACEHOLDER);
    if (first < 0 || first != template.lastIndexOf(PLACEHOLDER)) {
      throw section.problem(key, "\"%s\" (expected: exactly one {})", template);
    }
    return template;
  }

  private static Generation generation(YamlSection section) throws InvalidModelException {
    YamlSection range = section.section("max_new_tokens", "min", "max", "default");
    int min = range.integer("min", 1, ANY);
    int max = range.integer("max", min, ANY);
    return new Generation(new TokenRange(min, max, range.integer("default", min, max)));
  }
}
