package io.vignette.images.source;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.images.ImageLimits;
import io.vignette.testkit.HostileServer;
import io.vignette.wire.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that mean harm cost their own job, whatever they say. */
@Timeout(60)
class HostileServersIT {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  /** What the sockets of both sides may hold on the way. */
  private static final long BUFFERS = 32L * 1024 * 1024;

  private static final ImageLimits LIMITS =
      new ImageLimits(100_000, 1, Duration.ofSeconds(2), Duration.ofSeconds(2));

  private HostileServer server;
  private WebImages web;

  @BeforeEach
  void start() throws Exception {
    server = new HostileServer();
    web = web(InetAddress::getAllByName);
  }

  private WebImages web(HostResolver resolver) {
    return new WebImages(
        LIMITS, AddressPolicy.publicInternet().withException(server.address()), resolver);
  }

  @AfterEach
  void stop() throws Exception {
    web.close();
    server.close();
  }

  /** Each was read into memory without a bound. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "status line       | 'HTTP/1.1 200 '                                   | a",
        "header line       | 'HTTP/1.1 200 OK~X: '                             | a",
        "header name       | 'HTTP/1.1 200 OK~'                                | a",
        "headers           | 'HTTP/1.1 200 OK~'                                | 'X: a~'",
        "folded header     | 'HTTP/1.1 200 OK~X: a~'                           | ' b~'",
        "chunk size        | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~'    | 0",
        "chunk extension   | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1;a='| a",
        "trailer line      | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~0~X: '| a",
        "trailers          | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~0~'  | 'X: a~'",
      })
  void refusesAHeadWithoutEnd(String what, String once, String again) throws Exception {
    server.says(once.replace("~", "\r\n"), again.replace("~", "\r\n"));

    assertRejected(Reason.IMAGE_UNREADABLE, () -> web.fetch(server.url()))
        .hasMessageContaining("at most 8192 bytes, at most 100 headers");

    assertThat(server.sentBytes()).isLessThan(BUFFERS);
    servesTheNext();
  }

  /** These need no memory, so the time for a fetch bounds them. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "empty lines       | ''                    | '~'",
        "interim answers   | ''                    | 'HTTP/1.1 103 Early Hints~~'",
        "garbage           | ''                    | 'garbage~'",
        "switch            | 'HTTP/1.1 101 Switching Protocols~~' | a",
        "negative length   | 'HTTP/1.1 200 OK~Content-Length: -1~~' | ''",
        "length in words   | 'HTTP/1.1 200 OK~Content-Length: many~~' | ''",
        "less than told    | 'HTTP/1.1 200 OK~Content-Length: 99999~~abc' | ''",
        "chunk of no size  | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~-5~' | a",
      })
  void endsWhatIsNoAnswer(String what, String once, String again) throws Exception {
    server.says(once.replace("~", "\r\n"), again.replace("~", "\r\n"));

    assertThatThrownBy(() -> web.fetch(server.url()))
        .isInstanceOfSatisfying(
            io.vignette.images.ImageRejectedException.class,
            e -> assertThat(e.reason()).isIn(Reason.IMAGE_UNREACHABLE, Reason.IMAGE_UNREADABLE));

    servesTheNext();
  }

  @Test
  void aChunkedBodyWithoutEndIsTooLarge() throws Exception {
    server.says(CHUNKED, "1\r\na\r\n");

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> web.fetch(server.url()));

    assertThat(server.sentBytes()).isLessThan(BUFFERS);
    servesTheNext();
  }

  /** The library closes its pool for good when an error passes through it. */
  @Test
  void fetchesOnAfterAnErrorHasClosedTheConnections() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    web.close();
    web =
        web(
            host -> {
              if (broken.get()) {
                throw new StackOverflowError("of a test");
              }
              return InetAddress.getAllByName(host);
            });

    assertThatThrownBy(() -> web.fetch(server.url())).isInstanceOf(StackOverflowError.class);

    broken.set(false);
    servesTheNext();
  }

  private void servesTheNext() throws Exception {
    server.says(OK + "Content-Length: 3\r\n\r\nabc", "");
    assertThat(web.fetch(server.url())).isEqualTo(new byte[] {'a', 'b', 'c'});
  }
}
