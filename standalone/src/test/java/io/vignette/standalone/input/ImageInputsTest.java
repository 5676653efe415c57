package io.vignette.standalone.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ImageInputsTest {

  @TempDir Path base;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(base.resolve("a/deep"));
    Files.createDirectories(base.resolve("b"));
    Files.createDirectories(base.resolve("empty"));
    for (String file :
        List.of("a/2.png", "a/1.JPG", "a/notes.txt", "a/deep/3.webp", "b/1.gif", "odd.dat")) {
      Files.writeString(base.resolve(file), "x");
    }
  }

  @Test
  void aFolderGivesItsPicturesInNameOrder() throws InputException {
    assertThat(ids(false, IdRule.PATH, "a")).containsExactly("1.JPG", "2.png");
  }

  @Test
  void recursiveGoesIntoFolders() throws InputException {
    assertThat(ids(true, IdRule.PATH, "a")).containsExactly("1.JPG", "2.png", "deep/3.webp");
  }

  @Test
  void severalArgumentsKeepTheirOrderAndTheirNames() throws InputException {
    assertThat(ids(false, IdRule.PATH, "b", "a")).containsExactly("b/1.gif", "a/1.JPG", "a/2.png");
  }

  @Test
  void aFileNamedOutrightIsTakenWhateverItsSuffix() throws InputException {
    assertThat(ids(false, IdRule.PATH, "odd.dat")).containsExactly("odd.dat");
  }

  @Test
  void aPictureNamedTwiceIsTakenOnce() throws InputException {
    assertThat(ids(false, IdRule.PATH, "a/2.png", "a/2.png")).containsExactly("a/2.png");
  }

  @Test
  void aGlobMatches() throws InputException {
    assertThat(ids(false, IdRule.PATH, "a/*.png")).containsExactly("2.png");
    assertThat(ids(false, IdRule.PATH, "a/**.webp")).containsExactly("deep/3.webp");
  }

  @Test
  void aListFileAndStandardInputGiveTheirLines() throws Exception {
    Files.writeString(base.resolve("list.txt"), "a/2.png\n\n  b/1.gif  \n");

    assertThat(ids(false, IdRule.PATH, "@list.txt")).containsExactly("a/2.png", "b/1.gif");
    assertThat(collect("a/1.JPG\nmissing.png\n", false, IdRule.PATH, "-"))
        .containsExactly("a/1.JPG", "missing.png");
  }

  @Test
  void aListMayBeginWithAByteOrderMark() throws Exception {
    Files.writeString(base.resolve("list.txt"), "\uFEFFa/2.png\r\nb/1.gif\r\n");

    assertThat(ids(false, IdRule.PATH, "@list.txt")).containsExactly("a/2.png", "b/1.gif");
    assertThat(collect("\uFEFFa/1.JPG\n", false, IdRule.PATH, "-")).containsExactly("a/1.JPG");
  }

  @Test
  void aListThatIsNoTextIsRefusedByName() throws Exception {
    Files.write(base.resolve("list.txt"), new byte[] {'a', (byte) 0xff, '\n'});

    assertThatThrownBy(() -> ids(false, IdRule.PATH, "@list.txt"))
        .isInstanceOf(InputException.class)
        .hasMessage("input: list list.txt: not UTF-8 (expected: one path a line, in UTF-8)");
    assertThatThrownBy(() -> collect("a/1.JPG\0a/2.png\0", false, IdRule.PATH, "-"))
        .isInstanceOf(InputException.class)
        .hasMessage("input: standard input: NUL characters (expected: one path a line, in UTF-8)");
  }

  @Test
  void aFolderBehindALinkIsRead() throws Exception {
    Files.createSymbolicLink(base.resolve("link"), base.resolve("a"));

    assertThat(ids(false, IdRule.PATH, "link")).containsExactly("1.JPG", "2.png");
  }

  @Test
  void foldersOfAListKeepTheirNames() throws Exception {
    Files.writeString(base.resolve("list.txt"), "b\na\n");

    assertThat(ids(false, IdRule.PATH, "@list.txt"))
        .containsExactly("b/1.gif", "a/1.JPG", "a/2.png");
  }

  @Test
  void stemsNameFilesWithoutSuffix() throws InputException {
    assertThat(ids(false, IdRule.STEM, "a")).containsExactly("1", "2");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there it separates folders")
  void aBackslashInANameSeparatesNoFolders() throws Exception {
    Files.createFile(base.resolve("b/a\\b.png"));
    Files.createFile(Files.createDirectories(base.resolve("b/a")).resolve("b.png"));

    assertThat(ids(true, IdRule.PATH, "b"))
        .containsExactlyInAnyOrder("1.gif", "a\\b.png", "a/b.png");
  }

  /** Their names are shown alike, as a replacement character. */
  @Test
  void filesWhoseNamesAreNoUtf8HaveIdsOfTheirOwn() throws Exception {
    for (String name : List.of("inv%FF", "inv%FE", "%C3%A9%C3", "%EF%BF%BDFF")) {
      write("a/deep/%C3%A9/d%FD", name + ".png");
    }

    assertThat(ids(true, IdRule.PATH, "a/deep"))
        .containsExactlyInAnyOrder(
            "3.webp",
            "é/d\uFFFDFD/inv\uFFFDFF.png",
            "é/d\uFFFDFD/inv\uFFFDFE.png",
            "é/d\uFFFDFD/é\uFFFDC3.png",
            "é/d\uFFFDFD/\uFFFDEF\uFFFDBF\uFFFDBDFF.png");
    assertThat(ids(true, IdRule.STEM, "a/deep"))
        .containsExactlyInAnyOrder(
            "3", "inv\uFFFDFF", "inv\uFFFDFE", "é\uFFFDC3", "\uFFFDEF\uFFFDBF\uFFFDBDFF");
    assertThat(ids(true, IdRule.PATH, "a/deep", "b"))
        .contains("a/deep/é/d\uFFFDFD/inv\uFFFDFF.png");
    assertThat(ids(true, IdRule.PATH, base.resolve("a/deep").toString(), "b"))
        .contains(base + "/a/deep/é/d\uFFFDFD/inv\uFFFDFF.png");
  }

  /** Only by a URI can a name be given as bytes. */
  private void write(String folder, String file) throws IOException {
    Path path = Path.of(URI.create(base.toUri() + folder + "/" + file));
    Files.createDirectories(path.getParent());
    Files.writeString(path, "x");
  }

  @Test
  void collidingStemsAreRefusedNamingBoth() {
    assertThatThrownBy(() -> ids(false, IdRule.STEM, "a", "b"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1.JPG")
        .hasMessageContaining("1.gif");
  }

  @Test
  void whatIsNotThereIsRefusedWithItsReason() {
    assertThatThrownBy(() -> ids(false, IdRule.PATH, "nowhere"))
        .isInstanceOfSatisfying(
            InputException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.IMAGE_NOT_FOUND))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> ids(false, IdRule.PATH, "empty"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no pictures");
    assertThatThrownBy(() -> ids(false, IdRule.PATH, "@nolist"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nolist");
    assertThatThrownBy(() -> ids(false, IdRule.PATH, "a/*.tiff"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("matches no picture");
  }

  private List<String> ids(boolean recursive, IdRule rule, String... arguments)
      throws InputException {
    return collect("", recursive, rule, arguments);
  }

  private List<String> collect(
      String standardInput, boolean recursive, IdRule rule, String... arguments)
      throws InputException {
    ByteArrayInputStream in =
        new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8));
    return new ImageInputs(base, recursive, rule, in)
        .collect(List.of(arguments)).stream().map(NamedImage::id).toList();
  }
}
