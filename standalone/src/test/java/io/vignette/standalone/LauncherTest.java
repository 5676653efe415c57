package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, with JDKs and a Maven wrapper that only say how they were called. */
class LauncherTest {

  private static final List<String> TOOLS =
      List.of(
          "dirname",
          "readlink",
          "sed",
          "find",
          "head",
          "tail",
          "mkdir",
          "mktemp",
          "touch",
          "rm",
          "mv",
          "cat");

  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in
          -XX:AOTCacheOutput=*) : >"${argument#-XX:AOTCacheOutput=}"; exit 0 ;;
        esac
      done
      echo "jdk %s"
      while [ "$1" != -jar ]; do shift; done
      shift 2
      for argument; do echo "<$argument>"; done
      exit "${EXIT_CODE:-0}"
      """;

  private static final String FAKE_MAVEN =
      """
      #!/bin/sh
      echo "mvnw $JAVA_HOME $*" >>"$(dirname "$0")/maven.log"
      [ -z "${BUILD_FAILS:-}" ] || { echo "[ERROR] cannot find symbol"; exit 1; }
      mkdir -p standalone/target/quarkus-app
      : >standalone/target/quarkus-app/quarkus-run.jar
      """;

  @TempDir Path folder;

  private Path root;
  private final Map<String, String> environment = new HashMap<>();

  record Ended(int exitCode, String out, String err) {}

  @BeforeEach
  void installation() throws IOException {
    root = Files.createDirectories(folder.resolve("in stallation"));
    Files.copy(RepositoryFiles.root().resolve("vignette"), root.resolve("vignette"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createDirectories(root.resolve("standalone/src/main"));
    Files.createFile(root.resolve("standalone/pom.xml"));
    Files.createFile(root.resolve("standalone/src/main/Source.java"));
    script(root.resolve("mvnw"), FAKE_MAVEN);
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      script(tools.resolve(tool), "#!/bin/sh\nexec " + found(tool) + " \"$@\"\n");
    }
    environment.put("PATH", tools.toString());
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("VIGNETTE_JDK_FOLDERS", folder.resolve("jvm").toString());
  }

  private static Path found(String tool) {
    return Stream.of("/usr/bin", "/bin", "/usr/local/bin")
        .map(where -> Path.of(where, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError(tool + " is not on this machine"));
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    Ended ended = launch("caption", "samples");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("no JDK 25 or newer found").contains("JAVA_HOME");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void anOldJdkIsNamedWithItsVersion() throws Exception {
    environment.put("JAVA_HOME", jdk("old", 17).toString());

    Ended ended = launch("doctor");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("too old:").contains(folder.resolve("old") + " (17)");
  }

  @Test
  void javaHomeComesBeforePathAndPathBeforeTheSystem() throws Exception {
    jdk("jvm/system", 26);
    assertThat(launch("doctor").out()).contains("jdk jvm/system");

    Path onPath = jdk("onpath", 25);
    environment.merge("PATH", onPath.resolve("bin").toString(), (old, bin) -> bin + ":" + old);
    assertThat(launch("doctor").out()).contains("jdk onpath");

    environment.put("JAVA_HOME", jdk("home jdk", 25).toString());
    assertThat(launch("doctor").out()).contains("jdk home jdk");
  }

  @Test
  void anOldJavaHomeIsPassedOver() throws Exception {
    environment.put("JAVA_HOME", jdk("old", 17).toString());
    jdk("jvm/system", 25);

    assertThat(launch("doctor").out()).contains("jdk jvm/system");
  }

  @Test
  void aRuntimeWithoutACompilerIsNoJdk() throws Exception {
    Files.delete(jdk("jvm/jre", 25).resolve("bin/javac"));

    assertThat(launch("doctor").exitCode()).isEqualTo(2);
  }

  @Test
  void argumentsAndExitCodesPassThrough() throws Exception {
    jdk("jvm/system", 25);
    environment.put("EXIT_CODE", "143");

    Ended ended = launch("caption", "my photos/", "--prompt", "a $HOME \"photo\" of *", "");

    assertThat(ended.exitCode()).isEqualTo(143);
    assertThat(ended.out())
        .contains("<caption>\n<my photos/>\n<--prompt>\n<a $HOME \"photo\" of *>\n<>\n");
  }

  @Test
  void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
    jdk("jvm/system", 25);

    assertThat(launch("doctor").err()).contains("building").contains("quick start");
    assertThat(launch("doctor").err()).isEmpty();
    assertThat(builds()).hasSize(1).allMatch(call -> call.contains("jvm/system"));

    Files.setLastModifiedTime(
        root.resolve("standalone/src/main/Source.java"),
        FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(launch("doctor").err()).contains("building");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aFailedBuildShowsItsEndAndWhereItsLogIs() throws Exception {
    jdk("jvm/system", 25);
    environment.put("BUILD_FAILS", "yes");

    Ended ended = launch("doctor");

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.err()).contains("cannot find symbol").contains("build.log");
  }

  @Test
  void itWorksFromAnywhereAndThroughLinks() throws Exception {
    jdk("jvm/system", 25);
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("there"), Path.of("../in stallation/vignette"));
    Files.createSymbolicLink(bin.resolve("vignette"), Path.of("there"));

    Ended ended = run(bin, bin.resolve("vignette"), "doctor");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("<doctor>");
    assertThat(root.resolve("standalone/target/quarkus-app/quarkus-run.jar")).exists();
  }

  @Test
  void verifyRunsMavenWithTheJdkFound() throws Exception {
    Path jdk = jdk("jvm/system", 25);

    assertThat(launch("verify", "-pl", "proto").exitCode()).isZero();

    assertThat(builds()).containsExactly("mvnw " + jdk + " verify -pl proto");
  }

  @Test
  void verifyAloneRunsTheOtherChecksToo() throws Exception {
    Path jdk = jdk("jvm/system", 25);
    Files.createDirectories(root.resolve("model-tools"));
    Files.createDirectories(root.resolve("k8s"));
    script(root.resolve("model-tools/verify"), "#!/bin/sh\necho tools >>maven.log\n");
    script(root.resolve("k8s/check"), "#!/bin/sh\necho manifests >>maven.log\nexit 7\n");

    assertThat(launch("verify").exitCode()).isEqualTo(7);

    assertThat(builds()).containsExactly("mvnw " + jdk + " verify", "tools", "manifests");
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(root.resolve("maven.log"));
  }

  private Path jdk(String name, int version) throws IOException {
    Path bin = Files.createDirectories(folder.resolve(name).resolve("bin"));
    script(bin.resolve("java"), FAKE_JAVA.formatted(name));
    script(bin.resolve("javac"), "#!/bin/sh\necho javac " + version + ".0.1\n");
    return bin.getParent();
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Ended launch(String... arguments) throws IOException, InterruptedException {
    return run(folder, root.resolve("vignette"), arguments);
  }

  private Ended run(Path workingFolder, Path script, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".log");
    Path err = Files.createTempFile(folder, "err", ".log");
    ProcessBuilder launcher =
        new ProcessBuilder(
            Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList());
    launcher.environment().clear();
    launcher.environment().putAll(environment);
    Process process =
        launcher
            .directory(workingFolder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
