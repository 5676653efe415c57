package io.vignette.images.source;

import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Fetches images over HTTP from public addresses only.
 *
 * <p>Thread-safe; blocks. Every address, those of redirects included, passes the {@link
 * AddressPolicy} at the moment of connecting; redirects are followed by {@link WebFetch}, never by
 * the client. Proxies of the environment are not used, because a proxy would connect elsewhere.
 * Time, redirects and the bytes of head and body are bounded. Does not retry.
 */
public final class WebImages implements AutoCloseable {
  /** As many as there can be fetches, or those of slow servers would hold up all others. */
  private static final int CONNECTIONS_MAX = 10_000;

  private static final int CONNECTIONS_PER_HOST_MAX = 32;

  /** Bytes of a status line, of a header with its continuations, of a chunk's size and trailers. */
  static final int LINE_BYTES_MAX = 8 * 1024;

  /** Headers, and trailers, of one answer. With the above 800 KiB at most, and 1 KiB mostly. */
  static final int HEADERS_MAX = 100;

  private static final int EMPTY_LINES_MAX = 10;

  private final ImageLimits limits;
  private final RenewableClient clients;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public WebImages(ImageLimits limits, AddressPolicy policy, HostResolver resolver) {
    this.limits = limits;
    GuardedDns dns = new GuardedDns(resolver, policy);
    this.clients = new RenewableClient(() -> client(limits, dns));
  }

  private static CloseableHttpClient client(ImageLimits limits, GuardedDns dns) {
    return HttpClients.custom()
        .setConnectionManager(connections(limits, dns))
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .disableAutomaticRetries()
        .setUserAgent("vignette")
        .build();
  }

  /** With public addresses only and the system's name service. */
  public static WebImages ofPublicInternet(ImageLimits limits) {
    return new WebImages(limits, AddressPolicy.publicInternet(), InetAddress::getAllByName);
  }

  private static HttpClientConnectionManager connections(ImageLimits limits, GuardedDns dns) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setDnsResolver(dns)
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(
                    Http1Config.custom()
                        .setMaxLineLength(LINE_BYTES_MAX)
                        .setMaxHeaderCount(HEADERS_MAX)
                        .setMaxEmptyLineCount(EMPTY_LINES_MAX)
                        .build())
                .build())
        .setMaxConnTotal(CONNECTIONS_MAX)
        .setMaxConnPerRoute(CONNECTIONS_PER_HOST_MAX)
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(limits.connectTimeout()))
                // Servers close idle connections without a word: a request on one would fail.
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                // The limit of the whole fetch comes first; this one is for threads left behind.
                .setSocketTimeout(Timeout.of(limits.fetchTimeout().multipliedBy(2)))
                .build())
        .build();
  }

  /**
   * The bytes at the address.
   *
   * @throws ImageRejectedException with {@code image.forbidden_address}, {@code image.unreachable},
   *     {@code image.not_found}, {@code image.unreadable} or {@code image.too_large}
   */
  public byte[] fetch(String url) throws ImageRejectedException {
    ImageUrl start = ImageUrl.of(url);
    Future<byte[]> fetch = threads.submit(() -> clients.use(client -> fetch(client, start)));
    try {
      return fetch.get(limits.fetchTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw unreachable(start, "no complete answer in " + limits.fetchTimeout(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(start, "interrupted", e);
    } catch (ExecutionException e) {
      throw rejection(start, e);
    } finally {
      // Interrupting a virtual thread closes the socket it reads from.
      fetch.cancel(true);
    }
  }

  private byte[] fetch(CloseableHttpClient client, ImageUrl start)
      throws IOException, ImageRejectedException {
    return new WebFetch(client, limits.maxBytes()).fetch(start);
  }

  /** What a job is told. An error is no answer of a server: it is thrown on. */
  private static ImageRejectedException rejection(ImageUrl url, ExecutionException failure) {
    return switch (failure.getCause()) {
      case ImageRejectedException rejected -> rejected;
      case ForbiddenAddressException forbidden ->
          new ImageRejectedException(
              Reason.IMAGE_FORBIDDEN_ADDRESS,
              "image url: %s (expected: a public http or https address)"
                  .formatted(forbidden.getMessage()),
              forbidden);
      case MessageConstraintException boundless ->
          new ImageRejectedException(
              Reason.IMAGE_UNREADABLE,
              "image url: %s, long or many headers (expected: lines of at most %d bytes, at most %d headers)"
                  .formatted(url, LINE_BYTES_MAX, HEADERS_MAX),
              boundless);
      case Error error -> throw error;
      case IllegalStateException closed -> unreachable(url, "connections closed", closed);
      case RuntimeException puzzled ->
          new ImageRejectedException(
              Reason.IMAGE_UNREADABLE,
              "image url: %s, an answer that is none (expected: a valid one of HTTP)"
                  .formatted(url),
              puzzled);
      case IOException broken -> unreachable(url, broken.getClass().getSimpleName(), broken);
      case null, default -> unreachable(url, "failed", failure);
    };
  }

  private static ImageRejectedException unreachable(ImageUrl url, String why, Throwable cause) {
    return new ImageRejectedException(
        Reason.IMAGE_UNREACHABLE,
        "image url: %s, %s (expected: an answer with an image)".formatted(url, why),
        cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    clients.close();
  }
}
