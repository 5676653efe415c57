package io.vignette.worker.engine;

import io.vignette.images.DecodedImage;
import io.vignette.images.tensor.BicubicResize;
import io.vignette.models.InvalidModelException;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Prompt;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the reference implementation answers about the bundled pictures. */
public final class GoldenAnswers {
  /** One picture with all its prompts and expected answers. */
  public record Picture(String file, byte[] pixels, List<Asked> asked) {}

  /**
   * One prompt and its expected answer.
   *
   * @param words empty where only tokens are known
   */
  public record Asked(Prompt prompt, List<Integer> tokenIds, String words) {}

  private static final Path ROOT = Path.of(System.getProperty("vignette.root"));
  private static final Path DATA = ROOT.resolve("model-tools/tests/data");
  private static final int SIDE = 224;
  private static final String QUESTION_START = "Question: ";
  private static final String QUESTION_END = " Answer:";

  private GoldenAnswers() {}

  public static ModelRepository repository() throws InvalidModelException {
    return ModelRepository.of(ModelRepository.load(repositoryFolder(), "tiny-blip2"));
  }

  public static Path repositoryFolder() {
    return ROOT.resolve("triton-models");
  }

  /** All pictures that plain ImageIO reads without loss. */
  public static List<Picture> pictures() throws IOException {
    List<Picture> pictures = new ArrayList<>(samples());
    for (Map.Entry<String, Object> scene : json(DATA.resolve("reference_tokens.json")).entrySet()) {
      List<Asked> asked = new ArrayList<>();
      object(scene.getValue())
          .forEach((text, ids) -> asked.add(new Asked(promptOf(text), integers(ids), "")));
      Path file = DATA.resolve("scenes").resolve(scene.getKey());
      pictures.add(new Picture(scene.getKey(), pixels(file), asked));
    }
    return pictures;
  }

  public static List<Picture> samples() throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (var sample : json(DATA.resolve("samples_expected.json")).entrySet()) {
      if (sample.getKey().endsWith(".png") || sample.getKey().endsWith(".bmp")) {
        byte[] pixels = pixels(ROOT.resolve("samples").resolve(sample.getKey()));
        pictures.add(new Picture(sample.getKey(), pixels, asked(object(sample.getValue()))));
      }
    }
    return pictures;
  }

  private static List<Asked> asked(Map<String, Object> expected) {
    List<Asked> asked = new ArrayList<>();
    asked.add(
        new Asked(
            prompt(Prompt.Kind.CAPTION, ""),
            integers(expected.get("caption_tokens")),
            String.valueOf(expected.get("caption"))));
    Map<String, Object> words = object(expected.get("answers"));
    object(expected.get("answer_tokens"))
        .forEach(
            (question, ids) ->
                asked.add(
                    new Asked(
                        prompt(Prompt.Kind.QUESTION, question),
                        integers(ids),
                        String.valueOf(words.get(question)))));
    return asked;
  }

  private static Prompt promptOf(String text) {
    if (text.isEmpty()) {
      return prompt(Prompt.Kind.CAPTION, "");
    }
    return text.startsWith(QUESTION_START)
        ? prompt(
            Prompt.Kind.QUESTION,
            text.substring(QUESTION_START.length(), text.length() - QUESTION_END.length()))
        : prompt(Prompt.Kind.PREFIX, text);
  }

  private static Prompt prompt(Prompt.Kind kind, String text) {
    return Prompt.newBuilder().setKind(kind).setText(text).build();
  }

  public static byte[] pixels(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    int width = image.getWidth();
    int[] argb = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    byte[] rgb = new byte[argb.length * 3];
    for (int i = 0; i < argb.length; i++) {
      rgb[3 * i] = (byte) (argb[i] >> 16);
      rgb[3 * i + 1] = (byte) (argb[i] >> 8);
      rgb[3 * i + 2] = (byte) argb[i];
    }
    return width == SIDE && image.getHeight() == SIDE
        ? rgb
        : BicubicResize.resize(new DecodedImage(width, image.getHeight(), rgb), SIDE, SIDE);
  }

  private static Map<String, Object> json(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) { // JSON is YAML.
      return object(new Yaml(new SafeConstructor(new LoaderOptions())).load(reader));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object json) {
    return (Map<String, Object>) json;
  }

  @SuppressWarnings("unchecked")
  private static List<Integer> integers(Object json) {
    return (List<Integer>) json;
  }
}
