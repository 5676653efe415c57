package io.vignette.worker.engine.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.testkit.HostileServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that means harm fills no memory; what else it costs, the time of the request bounds. */
@Timeout(60)
class HostileOpenAiServersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What the sockets of both sides may hold on the way. */
  private static final long BUFFERS = 32L * 1024 * 1024;

  private HostileServer server;
  private Transport transport;

  @BeforeEach
  void start() throws Exception {
    server = new HostileServer();
    URI endpoint = URI.create("http://127.0.0.1:" + server.address().getPort() + "/v1");
    transport = new Transport(ServerFixture.settings(endpoint, 3));
  }

  @AfterEach
  void stop() throws Exception {
    transport.close();
    server.close();
  }

  /** The JDK's client bounds them all ({@code jdk.http.maxHeaderSize}); this holds it to that. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "status line       | 'HTTP/1.1 200 '                                   | a",
        "header line       | 'HTTP/1.1 200 OK~X: '                             | a",
        "header name       | 'HTTP/1.1 200 OK~'                                | a",
        "headers           | 'HTTP/1.1 200 OK~'                                | 'X: a~'",
        "folded header     | 'HTTP/1.1 200 OK~X: a~'                           | ' b~'",
        "interim answers   | ''                               | 'HTTP/1.1 103 Early Hints~X: a~~'",
        "chunk size        | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~'    | 0",
        "chunk extension   | 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1;a='| a",
        "garbage           | ''                                                | 'garbage~'",
        "no such version   | 'HTTP/9.9 200 OK~~'                               | a",
        "length            | 'HTTP/1.1 200 OK~Content-Length: x~~'             | a",
      })
  void anAnswerThatIsNoneFails(String what, String once, String again) throws Exception {
    server.says(once.replace("~", "\r\n"), again.replace("~", "\r\n"));

    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(transport.models()).failsWithin(PATIENCE);
    }

    assertThat(server.sentBytes()).isLessThan(BUFFERS);
    Awaitility.await("hung up").atMost(PATIENCE).until(() -> server.openConnections() == 0);
    servesTheNext();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked",
        "Content-Length: 999999999999",
        "Content-Length: -1",
        "Connection: close"
      })
  void aBodyWithoutEndIsReadUpToTheLimit(String head) throws Exception {
    server.says("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n", "1\r\na\r\n");

    LimitedBody.Content body = await(transport.models());

    assertThat(body.isWhole()).isFalse();
    assertThat(body.bytes().length).isLessThanOrEqualTo(1 << 20);
    assertThat(server.sentBytes()).isLessThan(BUFFERS);
    servesTheNext();
  }

  @Test
  void nobodyWaitsForTrailers() throws Exception {
    server.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: a\r\n");

    assertThat(await(transport.models()).isWhole()).isTrue();

    assertThat(server.sentBytes()).isLessThan(BUFFERS);
    servesTheNext();
  }

  private void servesTheNext() throws Exception {
    server.says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "");
    assertThat(await(transport.models()).bytes()).isEqualTo(new byte[] {'a', 'b', 'c'});
  }

  private static LimitedBody.Content await(
      CompletableFuture<HttpResponse<LimitedBody.Content>> answer) throws Exception {
    return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body();
  }
}
