package io.vignette.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String EVERYWHERE = "0.0.0.0";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "[::1]"
      })
  void namesOfThisMachineAreAlwaysKnown(String host) {
    assertThat(new KnownHosts(FixedAccess.ofHosts(), LOOPBACK).has(host)).isTrue();
    assertThat(new KnownHosts(FixedAccess.ofHosts("captions.example"), EVERYWHERE).has(host))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "192.168.1.5",
        "0.0.0.0",
        "",
        "[::2]",
        "1270.0.0.1",
        "127.evil.example"
      })
  void onTheLoopbackAddressNoOtherNameIs(String host) {
    assertThat(new KnownHosts(FixedAccess.ofHosts(), LOOPBACK).has(host)).isFalse();
    assertThat(new KnownHosts(FixedAccess.ofHosts(), "localhost").has(host)).isFalse();
  }

  /** Probes call pods by their addresses, which no page can take for its own name. */
  @ParameterizedTest
  @ValueSource(
      strings = {"captions.example", "Captions.Example", "10.1.2.3", "[fd00::7]", "fd00::7"})
  void namedHostsAndAddressesInDigitsAreKnown(String host) {
    KnownHosts hosts = new KnownHosts(FixedAccess.ofHosts("captions.example"), EVERYWHERE);

    assertThat(hosts.has(host)).isTrue();
    assertThat(hosts.has("other.example")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"captions.example", "gateway", "10.1.2.3"})
  void beyondTheMachineAnyNameIsWhereNoneIsNamed(String host) {
    assertThat(new KnownHosts(FixedAccess.ofHosts(), EVERYWHERE).has(host)).isTrue();
  }
}
