package io.vignette.images.source;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebImagesIT {
  private static final byte[] BODY = {1, 2, 3};
  private static final int LIMIT = 100_000;
  private static final ImageLimits LIMITS =
      new ImageLimits(LIMIT, 1, Duration.ofSeconds(5), Duration.ofSeconds(10));

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private AddressPolicy policy;
  private WebImages web;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    policy = AddressPolicy.publicInternet().withException(server.getAddress());
    web = new WebImages(LIMITS, policy, InetAddress::getAllByName);
  }

  @AfterEach
  void stopServer() {
    end.countDown();
    web.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fetchesAnImage() throws Exception {
    serve("/a.png", exchange -> answer(exchange, 200, BODY));

    assertThat(web.fetch(url("/a.png"))).isEqualTo(BODY);
    assertThat(web.fetch(url("/a.png?again"))).isEqualTo(BODY);
  }

  @Test
  void refusesLoopbackByDefaultAndNeverConnects() {
    AtomicInteger requests = new AtomicInteger();
    serve("/a.png", exchange -> requests.incrementAndGet());
    try (WebImages strict = WebImages.ofPublicInternet(LIMITS)) {
      assertRejected(Reason.IMAGE_FORBIDDEN_ADDRESS, () -> strict.fetch(url("/a.png")));
    }
    assertThat(requests).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://localhost/",
        "http://8.8.8.8:22/",
        "https://8.8.8.8:8080/",
        "ftp://example.org/a.png",
        "file:///etc/passwd",
        "http:///a.png",
        "a.png",
        "",
        "http://user:secret@example.org/a.png",
        "http://exa mple.org/",
        "http://168.63.129.16/",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1%25lo]/",
        "http://[2606:4700::1111%251]/",
        "http://127.0.0.1./",
        "http://8.8.8.8./",
        "http://localhost./",
        "http://example.org./a.png",
        "http://example..org/a.png",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://08.8.8.8/",
        "http://127.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://example%2eorg/",
        "http://a.example.org:65536/",
        "http://a.example.org:70000/",
        "http://a.example.org:99999999999/",
        "http://a.example.org:0/",
        "http://a.example.org:22/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.org/",
        "data:image/png;base64,AA"
      })
  void refusesWhatIsNoPublicHttpAddress(String url) {
    try (WebImages strict = WebImages.ofPublicInternet(LIMITS)) {
      assertRejected(Reason.IMAGE_FORBIDDEN_ADDRESS, () -> strict.fetch(url))
          .hasMessageNotContaining("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://8.8.8.8/",
        "http://images.example.org/a.png",
        "http://xn--bcher-kva.example/",
        "http://1and1.example/",
        "http://[2606:4700::1111]:443/",
        "http://a.example.org:443/"
      })
  void asksWhateverIsAPublicHttpAddress(String url) {
    AtomicInteger lookups = new AtomicInteger();
    HostResolver none =
        host -> {
          lookups.incrementAndGet();
          throw new UnknownHostException(host);
        };
    try (WebImages lost = new WebImages(LIMITS, AddressPolicy.publicInternet(), none)) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> lost.fetch(url));
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void refusesAHostWithOneForbiddenAddressAmongPublicOnes() {
    HostResolver mixed =
        host ->
            new InetAddress[] {
              InetAddress.ofLiteral("8.8.8.8"), InetAddress.ofLiteral("192.168.0.1")
            };
    try (WebImages strict = new WebImages(LIMITS, AddressPolicy.publicInternet(), mixed)) {
      assertRejected(
              Reason.IMAGE_FORBIDDEN_ADDRESS, () -> strict.fetch("http://images.example/a.png"))
          .hasMessageContaining("images.example: private")
          .hasMessageNotContaining("192.168");
    }
  }

  @Test
  void resolvesOnceAndConnectsToTheCheckedAddress() throws Exception {
    serve("/a.png", exchange -> answer(exchange, 200, BODY));
    AtomicInteger lookups = new AtomicInteger();
    HostResolver rebinding =
        host ->
            new InetAddress[] {
              lookups.getAndIncrement() == 0
                  ? InetAddress.getLoopbackAddress()
                  : InetAddress.ofLiteral("192.0.2.1")
            };
    try (WebImages guarded = new WebImages(LIMITS, policy, rebinding)) {
      String url = "http://rebind.example:" + server.getAddress().getPort() + "/a.png";

      assertThat(guarded.fetch(url)).isEqualTo(BODY);
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void followsThreeRedirectsAndNoMore() throws Exception {
    serve("/4", exchange -> redirect(exchange, "/3"));
    serve("/3", exchange -> redirect(exchange, url("/2")));
    serve("/2", exchange -> redirect(exchange, "1"));
    serve("/1", exchange -> answer(exchange, 200, BODY));

    assertThat(web.fetch(url("/3"))).isEqualTo(BODY);
    serve("/0", exchange -> redirect(exchange, "/4"));
    assertRejected(Reason.IMAGE_UNREADABLE, () -> web.fetch(url("/0")))
        .hasMessageContaining("redirects");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "//10.0.0.1/a.png",
        "http://168.63.129.16/",
        "http://a.example.org:70000/",
        "//a.example.org:65536/",
        "http://[fe80::1%25eth0]/",
        "http://example.org./a.png",
        "http://0177.0.0.1/"
      })
  void refusesARedirectToAForbiddenAddress(String target) {
    serve("/a.png", exchange -> redirect(exchange, target));

    assertRejected(Reason.IMAGE_FORBIDDEN_ADDRESS, () -> web.fetch(url("/a.png")));
  }

  @Test
  void refusesAnAnnouncedLargeBodyUnread() {
    serve("/a.png", WebImagesIT::announceTooMuch);

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> web.fetch(url("/a.png")))
        .hasMessage("image size: 100001 bytes (expected: at most 100000)");
  }

  @Test
  void hangsUpOnAnEndlessBody() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch cut = new CountDownLatch(1);
    serve("/a.png", exchange -> stream(exchange, sent, cut));

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> web.fetch(url("/a.png")))
        .hasMessageContaining("more than 100000");

    assertThat(cut.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void givesUpOnASlowServer() {
    serve("/a.png", exchange -> waitForEnd());
    ImageLimits hasty = new ImageLimits(LIMIT, 1, Duration.ofMillis(200), Duration.ofMillis(200));
    try (WebImages impatient = new WebImages(hasty, policy, InetAddress::getAllByName)) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> impatient.fetch(url("/a.png")))
          .hasMessageContaining("no complete answer in PT0.2S");
    }
  }

  @Test
  void givesUpOnANameServiceThatHangs() {
    HostResolver hanging =
        host -> {
          waitForEnd();
          throw new UnknownHostException(host);
        };
    ImageLimits hasty = new ImageLimits(LIMIT, 1, Duration.ofMillis(200), Duration.ofMillis(200));
    try (WebImages impatient = new WebImages(hasty, policy, hanging)) {
      assertRejected(
          Reason.IMAGE_UNREACHABLE, () -> impatient.fetch("http://images.example/a.png"));
    }
  }

  @Test
  void reportsAServerThatIsNotThere() {
    server.stop(0);

    assertRejected(Reason.IMAGE_UNREACHABLE, () -> web.fetch(url("/a.png")));
  }

  @Test
  void reportsAnUnknownHost() {
    HostResolver none =
        host -> {
          throw new UnknownHostException(host);
        };
    try (WebImages lost = new WebImages(LIMITS, policy, none)) {
      assertRejected(Reason.IMAGE_UNREACHABLE, () -> lost.fetch("http://nowhere.example/"));
    }
  }

  @Test
  void tellsTheServersAnswersApart() {
    serve("/404", exchange -> answer(exchange, 404, BODY));
    serve("/403", exchange -> answer(exchange, 403, BODY));
    serve("/503", exchange -> answer(exchange, 503, BODY));

    assertRejected(Reason.IMAGE_NOT_FOUND, () -> web.fetch(url("/404")));
    assertRejected(Reason.IMAGE_UNREADABLE, () -> web.fetch(url("/403")))
        .hasMessageContaining("status 403 (expected: 200)");
    assertRejected(Reason.IMAGE_UNREACHABLE, () -> web.fetch(url("/503")));
  }

  @Test
  void takesACompressedBodyAsItIs() throws Exception {
    serve(
        "/a.png",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          answer(exchange, 200, BODY);
        });

    assertThat(web.fetch(url("/a.png"))).isEqualTo(BODY);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().set("Location", target);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private static void announceTooMuch(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, LIMIT + 1L);
    exchange.getResponseBody().write(0);
    exchange.getResponseBody().flush();
  }

  /** Sends until the other side hangs up. */
  private static void stream(HttpExchange exchange, AtomicLong sent, CountDownLatch cut)
      throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (byte[] block = new byte[10_000]; ; sent.addAndGet(block.length)) {
        out.write(block);
      }
    } catch (IOException e) {
      cut.countDown();
      throw e;
    }
  }

  private void waitForEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
