package io.vignette.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInstallerTest {
  @TempDir Path temp;

  private Path from;
  private Path repository;
  private RepositoryCopy source;

  @BeforeEach
  void prepare() throws Exception {
    from = Files.createDirectory(temp.resolve("from"));
    repository = temp.resolve("repository");
    source = RepositoryCopy.in(from);
  }

  @Test
  void addsTheModelsOfAFolderToARepositoryThatDidNotExist() throws Exception {
    List<Model> added = new ModelInstaller(repository).add(from, false);

    assertThat(added).extracting(Model::name).containsExactly(RepositoryCopy.MODEL);
    assertThat(added.getFirst().llmFile()).startsWith(repository).isRegularFile();
    assertThat(ModelRepository.load(repository).models()).isEqualTo(added);
    assertThat(repository.resolve("tiny-blip2/1")).isDirectory();
    assertThat(children(repository))
        .containsExactlyInAnyOrder("tiny-blip2", "tiny-blip2_llm", "tiny-blip2_vision_encoder");
  }

  @Test
  void addsTheModelWhoseOwnFolderIsGiven() throws Exception {
    List<Model> added = new ModelInstaller(repository).add(from.resolve("tiny-blip2"), false);

    assertThat(added).extracting(Model::name).containsExactly(RepositoryCopy.MODEL);
  }

  @Test
  void copiesWhatLinksPointTo() throws Exception {
    Path graph = from.resolve("tiny-blip2_llm/1/model.onnx");
    Path blob = Files.writeString(temp.resolve("blob"), "graph");
    Files.delete(graph);
    Files.createSymbolicLink(graph, blob);

    Model added = new ModelInstaller(repository).add(from, false).getFirst();

    assertThat(added.llmFile()).hasContent("graph");
    assertThat(Files.isSymbolicLink(added.llmFile())).isFalse();
  }

  @Test
  void leavesATakenNameAloneUnlessItMayBeReplaced() throws Exception {
    ModelInstaller installer = new ModelInstaller(repository);
    installer.add(from, false);
    source.replace("tiny-blip2/profile.yaml", "description: \"", "description: \"newer: ");

    assertThatThrownBy(() -> installer.add(from, false))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(repository.resolve("tiny-blip2") + ": is there already");
    assertThat(description()).doesNotStartWith("newer");

    installer.add(from, true);

    assertThat(description()).startsWith("newer");
    assertThat(children(repository)).hasSize(3);
  }

  @Test
  void changesNothingWhenAModelIsInvalid() throws Exception {
    new ModelInstaller(repository).add(from, false);
    source.replace("tiny-blip2/profile.yaml", "width: 224", "width: 225");

    assertThatThrownBy(() -> new ModelInstaller(repository).add(from, true))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("image: height 224, width 225");

    assertThat(ModelRepository.load(repository).defaultModel().imageWidth()).isEqualTo(224);
    assertThat(children(repository)).hasSize(3);
  }

  @Test
  void leavesAPartThatBelongsToSomebodyElseAlone() throws Exception {
    Path foreign = Files.createDirectories(repository.resolve("tiny-blip2_llm/7"));

    assertThatThrownBy(() -> new ModelInstaller(repository).add(from, false))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("tiny-blip2_llm: is there already");

    assertThat(foreign).isDirectory();
  }

  @Test
  void movesEverythingBackWhenOnePartCannotTakeItsPlace() throws Exception {
    new ModelInstaller(repository).add(from, false);
    source.replace("tiny-blip2/profile.yaml", "description: \"", "description: \"newer: ");
    Moves moves = new Moves(Files.createDirectories(temp.resolve("aside")));
    moves.putAside(repository.resolve("tiny-blip2_llm"));
    moves.move(from.resolve("tiny-blip2_llm"), repository.resolve("tiny-blip2_llm"));

    assertThatThrownBy(
            () -> moves.move(from.resolve("tiny-blip2"), repository.resolve("tiny-blip2")))
        .isInstanceOf(FileAlreadyExistsException.class);
    moves.undo(new IOException("taken"));

    assertThat(moves.areHalfUndone()).isFalse();
    assertThat(description()).doesNotStartWith("newer");
    assertThat(from.resolve("tiny-blip2_llm/config.pbtxt")).isRegularFile();
  }

  @Test
  void saysWhatCouldNotBeMovedBack() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Moves moves = new Moves(Files.createDirectory(temp.resolve("aside")));
    moves.putAside(folder);
    Files.createDirectories(folder.resolve("in the way"));
    IOException cause = new IOException("full");

    moves.undo(cause);

    assertThat(moves.areHalfUndone()).isTrue();
    assertThat(cause.getSuppressed()[0])
        .hasMessageContaining("aside/folder could not be moved back to");
  }

  @Test
  void followsALinkToAModelsFolder() throws Exception {
    Path latest = Files.createSymbolicLink(temp.resolve("latest"), from.resolve("tiny-blip2"));

    assertThat(new ModelInstaller(repository).add(latest, false)).hasSize(1);
  }

  @Test
  void refusesAFolderWithoutModels() {
    assertThatThrownBy(() -> new ModelInstaller(repository).add(temp, false))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("models: none");
  }

  private String description() throws InvalidModelException {
    return ModelRepository.load(repository).defaultModel().profile().description();
  }

  private static List<String> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).toList();
    }
  }
}
