package io.vignette.worker.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.testkit.Pictures;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.GoldenAnswers;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import io.vignette.worker.prompt.PromptEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Large pictures are captioned in the same words whether they were reduced while they were decoded
 * or not: 199 of 200 at least. The bundled model forgives much, so its pixels are compared too.
 *
 * <p>{@code -Dvignette.scenes=N} draws more of them, {@code -Dvignette.scenes.folder=DIR} takes the
 * JPEGs of a folder instead. Skipped without libturbojpeg; in .ci/run it fails then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScaledDecodeIT {
  private static final double DIFFERENT_MOST = 0.005;
  private static final double GREY_LEVELS_MEAN_MOST = 1.0;
  private static final int SCENES = Integer.getInteger("vignette.scenes", 200);
  private static final Optional<Path> FOLDER =
      Optional.ofNullable(System.getProperty("vignette.scenes.folder")).map(Path::of);
  private static final Prompt CAPTION = Prompt.newBuilder().setKind(Prompt.Kind.CAPTION).build();

  private final ImageDecoder decoder = new ImageDecoder();
  private final Map<Integer, Integer> picturesByDivisor = new HashMap<>();
  private final Set<String> captions = new HashSet<>();
  private final List<String> different = new ArrayList<>();
  private double furthest;

  private Model model;
  private PictureForm form;
  private OnnxEngine engine;
  private PromptEncoder prompts;
  private List<EncodedPrompt> asked;

  @BeforeAll
  void start() throws Exception {
    ModelRepository repository = GoldenAnswers.repository();
    model = repository.defaultModel();
    form = PictureForm.of(model);
    prompts = PromptEncoder.load(model);
    asked = prompts.encode(List.of(CAPTION), Generation.getDefaultInstance());
    engine = new OnnxEngine(repository, new OnnxSettings(1, 1), Clock.systemUTC());
    engine.start();
    await(engine.ready());
  }

  @AfterAll
  void stop() {
    engine.close();
    prompts.close();
  }

  @Test
  void captionsAreTheSame(@TempDir Path scratch) throws Exception {
    if (System.getenv("VIGNETTE_SKIP_NOTHING") != null) {
      assertThat(decoder.hasLibturbojpeg()).as("libturbojpeg (expected: installed)").isTrue();
    }
    assumeTrue(decoder.hasLibturbojpeg(), "libturbojpeg is not installed");
    if (FOLDER.isPresent()) {
      try (Stream<Path> files = Files.list(FOLDER.get())) {
        for (Path file : files.filter(name -> name.toString().endsWith(".jpg")).toList()) {
          compare(file);
        }
      }
    } else {
      // 4, 8 and 16 times the model's 224 pixels, and more.
      compareDrawn(scratch, SCENES * 85 / 100, 1000, 900);
      compareDrawn(scratch, SCENES * 12 / 100, 1800, 2200);
      compareDrawn(scratch, SCENES * 3 / 100, 4000, 3600);
      assertThat(picturesByDivisor).containsOnlyKeys(2, 4, 8);
    }

    int pictures = picturesByDivisor.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "scaled decode: pictures by divisor %s, %d captions, %d different %s;"
            + " pixels at most %.2f apart in a picture's mean%n",
        picturesByDivisor, captions.size(), different.size(), different, furthest);
    assertThat(pictures).isPositive();
    assertThat(captions).hasSizeGreaterThan(pictures / 10);
    assertThat(furthest).isLessThan(GREY_LEVELS_MEAN_MOST);
    assertThat(different).hasSizeLessThanOrEqualTo((int) (pictures * DIFFERENT_MOST));
  }

  private void compareDrawn(Path scratch, int count, int width, int height) throws Exception {
    Pictures scenes = new Pictures(width);
    for (int i = 0; i < count; i++) {
      compare(scenes.writeJpegs(scratch, 1, width, height).getFirst());
    }
  }

  private void compare(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    DecodedImage full = decoder.decode(bytes, ImageLimits.defaults());
    DecodedImage reduced = decoder.decode(bytes, ImageLimits.defaults(), form.target(), () -> {});
    picturesByDivisor.merge(Math.ceilDiv(full.width(), reduced.width()), 1, Integer::sum);
    byte[] exact = form.of(full);
    byte[] near = form.of(reduced);
    furthest = Math.max(furthest, meanDifference(exact, near));
    List<String> words = captions(exact, near);
    captions.add(words.getFirst());
    if (!words.getFirst().equals(words.getLast())) {
      different.add(words.getFirst() + " / " + words.getLast());
    }
  }

  private static double meanDifference(byte[] first, byte[] second) {
    long sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += Math.abs((first[i] & 0xFF) - (second[i] & 0xFF));
    }
    return (double) sum / first.length;
  }

  private List<String> captions(byte[] first, byte[] second) throws Exception {
    InferenceBatch batch =
        new InferenceBatch(
            model, List.of(new InferenceItem(first, asked), new InferenceItem(second, asked)));
    List<String> captions = new ArrayList<>();
    for (CompletionStage<List<GeneratedText>> item :
        engine.infer(batch, Instant.now().plusSeconds(60)).items()) {
      captions.add(prompts.decode(await(item).getFirst().tokens().tokenIds()));
    }
    return captions;
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
