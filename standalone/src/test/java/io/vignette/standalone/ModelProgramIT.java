package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.standalone.RunningProgram.Ended;
import io.vignette.testkit.RepositoryFiles;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vignette model} and what a model says of itself, as a process. */
class ModelProgramIT {

  private static final String BUNDLED = "tiny-blip2";

  @TempDir Path folder;

  @Test
  void modelsAreListedAddedAndChecked() throws Exception {
    Path source = RepositoryFiles.root().resolve("triton-models").resolve(BUNDLED);
    String repository = folder.resolve("models").toString();

    Ended added = run("model", "add", source.toString(), "--models", repository);
    Ended again = run("model", "add", source.toString(), "--models", repository);
    Ended listed = run("model", "list", "--models", repository);
    Ended checked = run("model", "check", BUNDLED, "--models", repository);

    assertThat(added.exitCode()).as(added.err()).isZero();
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("models/tiny-blip2: is there already");
    assertThat(listed.out()).contains("* tiny-blip2").contains("224x224").contains("Apache-2.0");
    assertThat(checked.out())
        .contains("files      ok")
        .contains("graphs     ok")
        .contains("confidence");
  }

  @Test
  void aModelThatCannotBeUsedIsToldWithFileAndField() throws Exception {
    Path source = RepositoryFiles.root().resolve("triton-models").resolve(BUNDLED);
    Path repository = folder.resolve("models");
    run("model", "add", source.toString(), "--models", repository.toString());
    Path profile = repository.resolve("tiny-blip2/profile.yaml");
    Files.writeString(profile, Files.readString(profile).replace("width: 224", "width: 223"));

    Ended checked = run("model", "check", BUNDLED, "--models", repository.toString());
    Ended listed = run("model", "list", "--models", repository.toString());
    Ended unknown = run("model", "check", "gpt-9", "--models", repository.toString());

    assertThat(checked.exitCode()).isEqualTo(2);
    assertThat(checked.err()).contains(profile + ": image: height 224, width 223 (expected: ");
    assertThat(listed.exitCode()).isEqualTo(1);
    assertThat(listed.out()).contains("! tiny-blip2").contains("width 223");
    assertThat(unknown.err()).contains("model.unknown").contains("(expected: one of tiny-blip2)");
  }

  @Test
  void whatTheModelIsGuessingAtIsMarked() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    ImageIO.write(sunset(), "png", pictures.resolve("sunset.png").toFile());
    Path known = RepositoryFiles.samples().resolve("blue-star-above-orange-square.png");
    Files.copy(known, pictures.resolve("known.png"));

    Ended ended = run("caption", pictures.toString(), "--out", "out.json");

    assertThat(ended.err()).containsPattern("low confidence +1\n");
    JsonNode records = new ObjectMapper().readTree(folder.resolve("out.json").toFile());
    assertThat(records.get(0).has("low_confidence")).isFalse();
    assertThat(records.get(1).path("low_confidence").asBoolean()).isTrue();
  }

  /** Nothing that the bundled model was trained to know. */
  private static BufferedImage sunset() {
    BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, 320, 240, new Color(40, 20, 90)));
    graphics.fillRect(0, 0, 320, 240);
    graphics.dispose();
    return image;
  }

  private Ended run(String... arguments) throws Exception {
    return RunningProgram.run(folder, arguments);
  }
}
