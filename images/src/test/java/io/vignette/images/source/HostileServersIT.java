package io.vignette.images.source;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.images.ImageLimits;
import io.vignette.testkit.HostileServer;
import io.vignette.wire.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
        "status of naught  | 'HTTP/1.1 000 X~~'    | ''",
        "negative status   | 'HTTP/1.1 -20 X~~'    | ''",
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

  /** The client was made anew for it, and the old one closed under all others. */
  @Test
  void anAnswerThatIsNoneCostsNobodyElsesFetch() throws Exception {
    server.says("", "HTTP/1.1 103 Early Hints\r\n\r\n");
    CompletableFuture<byte[]> other = new CompletableFuture<>();
    try (HostileServer puzzling = new HostileServer();
        WebImages both =
            new WebImages(
                new ImageLimits(100_000, 1, Duration.ofSeconds(2), Duration.ofSeconds(30)),
                AddressPolicy.publicInternet()
                    .withException(server.address())
                    .withException(puzzling.address()),
                InetAddress::getAllByName)) {
      Thread.ofVirtual().start(() -> complete(other, () -> both.fetch(server.url())));
      await().until(() -> server.sentBytes() > 0);
      puzzling.says("HTTP/1.1 000 X\r\n\r\n", "");

      assertRejected(Reason.IMAGE_UNREADABLE, () -> both.fetch(puzzling.url()));
      assertThatThrownBy(() -> other.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
    }
  }

  private static void complete(CompletableFuture<byte[]> outcome, Callable<byte[]> fetch) {
    try {
      outcome.complete(fetch.call());
    } catch (Exception e) {
      outcome.completeExceptionally(e);
    }
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
