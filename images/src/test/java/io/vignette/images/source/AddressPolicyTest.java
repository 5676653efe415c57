package io.vignette.images.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private final AddressPolicy policy = AddressPolicy.publicInternet();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.0",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.0.0.53",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.255.255",
        "172.16.0.0",
        "172.17.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.200",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::10.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1"
      })
  void refusesWhatIsNotPublic(String address) {
    assertThat(policy.refusal(InetAddress.ofLiteral(address), 443)).isPresent();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void refusesEachRowOfTheTable(AddressRange row) {
    assertThat(policy.refusal(row.first(), 443)).isPresent();
    assertThat(policy.refusal(row.first(), 80)).isPresent();
  }

  static List<AddressRange> rows() {
    return RefusedRanges.ALL;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "168.63.129.16", // Azure
        "192.80.8.124", // Equinix Metal
        "161.26.0.10", // IBM
        "166.9.14.1", // IBM
        "fd20:ce::254", // Google
        "fd00:ec2::23", // AWS
        "2a00:1450::5efe:7f00:1", // ISATAP of 127.0.0.1
        "2a00:1450::200:5efe:a9fe:a9fe" // ISATAP of 169.254.169.254
      })
  void refusesWhatCloudsServeToTheirOwnMachines(String address) {
    assertThat(policy.refusal(InetAddress.ofLiteral(address), 443)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "168.63.129.15",
        "168.63.129.17",
        "192.80.8.123",
        "161.25.255.255",
        "161.27.0.0",
        "166.7.255.255",
        "166.12.0.0",
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "93.184.215.14",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.112.255",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700::1111",
        "2a00:1450::1"
      })
  void permitsPublicAddresses(String address) {
    assertThat(policy.refusal(InetAddress.ofLiteral(address), 443)).isEmpty();
  }

  @Test
  void permitsThePortsOfHttpOnly() {
    InetAddress address = InetAddress.ofLiteral("8.8.8.8");

    assertThat(policy.refusal(address, 80)).isEmpty();
    assertThat(policy.refusal(address, 22)).contains("port 22");
    assertThat(policy.withPorts(Set.of(8443)).refusal(address, 8443)).isEmpty();
    assertThat(policy.withPorts(Set.of(8443)).refusal(address, 443)).contains("port 443");
  }

  @Test
  void permitsAnExceptionAtItsPortOnly() {
    InetAddress address = InetAddress.ofLiteral("10.1.2.3");
    AddressPolicy excepting = policy.withException(new InetSocketAddress(address, 9000));

    assertThat(excepting.refusal(address, 9000)).isEmpty();
    assertThat(excepting.refusal(address, 443)).isPresent();
    assertThat(excepting.refusal(InetAddress.ofLiteral("10.1.2.4"), 9000)).isPresent();
    assertThat(policy.refusal(address, 9000)).isPresent();
  }

  @Test
  void takesNoNameAsException() {
    assertThatThrownBy(
            () -> policy.withException(InetSocketAddress.createUnresolved("intranet", 80)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("intranet");
  }
}
