package io.vignette.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String KEY = "vgn_0123456789";

  @TempDir Path folder;

  private Path file(String... lines) throws Exception {
    return Files.writeString(folder.resolve("keys"), String.join("\n", lines));
  }

  private Access access(Optional<Path> keys, String host, boolean listens) {
    return new Access(new FixedAccess(keys), host, listens);
  }

  @Test
  void aKeyIsItsTenants() throws Exception {
    Path keys = file("# who", "", "  " + ApiKeys.line("acme", KEY), ApiKeys.line("other", "vgn_2"));
    Access access = access(Optional.of(keys), "0.0.0.0", true);

    assertThat(access.isOpen()).isFalse();
    assertThat(access.tenantOf("Bearer " + KEY, null)).contains("acme");
    assertThat(access.tenantOf("bearer  " + KEY + " ", null)).contains("acme");
    assertThat(access.tenantOf(null, "vgn_2")).contains("other");
  }

  @Test
  void nobodyElseIsLetIn() throws Exception {
    Access access = access(Optional.of(file(ApiKeys.line("acme", KEY))), "0.0.0.0", true);

    assertThat(access.tenantOf(null, null)).isEmpty();
    assertThat(access.tenantOf("Bearer ", null)).isEmpty();
    assertThat(access.tenantOf("Bearer " + KEY + "x", null)).isEmpty();
    assertThat(access.tenantOf("Basic " + KEY, KEY)).isEmpty();
    assertThat(access.tenantOf("Bearer " + KEY, "vgn_2")).isEmpty();
    assertThat(access.tenantOf("Bearer " + KEY, KEY)).contains("acme");
  }

  @Test
  void keysAreNotKept() {
    assertThat(ApiKeys.line("acme", KEY)).doesNotContain(KEY).startsWith("acme sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing", "acme " + KEY, "acme sha256:12", KEY})
  void aFileThatIsWrongIsRefusedWithoutQuotingIt(String line) throws Exception {
    Path keys = file(line);

    assertThatThrownBy(() -> ApiKeys.read(keys))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("vignette.access.keys-file: " + keys)
        .message()
        .doesNotContain(KEY);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such files")
  void whatIsNoRegularFileIsRefusedUnread() {
    assertThatThrownBy(() -> ApiKeys.read(Path.of("/dev/zero")))
        .hasMessage(
            "vignette.access.keys-file: /dev/zero: not a regular file"
                + " (expected: a file of API keys)")
        .hasNoCause();
  }

  @Test
  void aFileThatIsNoTextIsNamed() throws Exception {
    Path keys = Files.write(folder.resolve("keys"), new byte[] {'a', (byte) 0xff, '\n'});

    assertThatThrownBy(() -> ApiKeys.read(keys))
        .hasMessage(
            "vignette.access.keys-file: %s: not UTF-8 (expected: lines of TENANT sha256:HEX)"
                .formatted(keys))
        .hasNoCause();
  }

  @Test
  void aKeyOfTwoTenantsIsRefused() throws Exception {
    Path keys = file(ApiKeys.line("acme", KEY), ApiKeys.line("other", KEY));

    assertThatThrownBy(() -> ApiKeys.read(keys)).hasMessageContaining("line 2: a key that another");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThatThrownBy(() -> ApiKeys.read(folder.resolve("none")))
        .hasMessageContaining("none (expected: a file of API keys)");
  }

  @Test
  void tenantsHavePlainNames() {
    assertThatThrownBy(() -> ApiKeys.line("two words", KEY))
        .hasMessageStartingWith("tenant: 'two words' (expected:");
  }

  @Test
  void anOpenGatewayStaysOnItsMachine() throws Exception {
    StartupEvent start = new StartupEvent();

    assertThatThrownBy(() -> access(Optional.empty(), "0.0.0.0", true).check(start))
        .hasMessageStartingWith("quarkus.http.host: 0.0.0.0 without API keys (expected: ");
    assertThatCode(() -> access(Optional.empty(), "127.0.0.1", true).check(start))
        .doesNotThrowAnyException();
    assertThatCode(() -> access(Optional.empty(), "localhost", true).check(start))
        .doesNotThrowAnyException();
    assertThatCode(() -> access(Optional.empty(), "0.0.0.0", false).check(start))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                access(Optional.of(file(ApiKeys.line("acme", KEY))), "0.0.0.0", true).check(start))
        .doesNotThrowAnyException();
  }
}
