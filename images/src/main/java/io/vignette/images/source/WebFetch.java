package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** One fetch, with the redirects it is sent through. One use. */
final class WebFetch {
  private static final int REDIRECTS_MAX = 3;
  private static final int BUFFER = 32 * 1024;

  private final CloseableHttpClient client;
  private final long limitBytes;
  private byte[] body = {};

  WebFetch(CloseableHttpClient client, long limitBytes) {
    this.client = client;
    this.limitBytes = limitBytes;
  }

  byte[] fetch(ImageUrl start) throws IOException, ImageRejectedException {
    Optional<ImageUrl> next = step(start);
    for (int redirects = 0; next.isPresent(); redirects++) {
      if (redirects == REDIRECTS_MAX) {
        throw refused(
            Reason.IMAGE_UNREADABLE,
            start,
            "more than " + REDIRECTS_MAX + " redirects (expected: at most " + REDIRECTS_MAX + ")");
      }
      next = step(next.get());
    }
    return body;
  }

  /** Asks once: either takes the body, or says where to go on. */
  private Optional<ImageUrl> step(ImageUrl url) throws IOException, ImageRejectedException {
    HttpGet request = new HttpGet(url.uri());
    request.setHeader("Accept", "image/*, */*;q=0.1");
    request.setHeader("Accept-Encoding", "identity");
    ClassicHttpResponse response = client.executeOpen(url.host(), request, null);
    try {
      return take(url, response);
    } finally {
      // Drops the connection unless the answer was read to its end. Closing the answer instead
      // would first read all that is still to come.
      request.cancel();
    }
  }

  private Optional<ImageUrl> take(ImageUrl url, ClassicHttpResponse response)
      throws IOException, ImageRejectedException {
    Header location = response.getFirstHeader("Location");
    if (isRedirect(response.getCode()) && location != null) {
      return Optional.of(url.redirectedTo(location.getValue()));
    }
    requireOk(url, response.getCode());
    body = read(response.getEntity());
    return Optional.empty();
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static void requireOk(ImageUrl url, int status) throws ImageRejectedException {
    if (status == 200) {
      return;
    }
    boolean mayPass = status >= 500 || status == 408 || status == 425 || status == 429;
    Reason otherwise = mayPass ? Reason.IMAGE_UNREACHABLE : Reason.IMAGE_UNREADABLE;
    Reason reason = status == 404 || status == 410 ? Reason.IMAGE_NOT_FOUND : otherwise;
    throw refused(reason, url, "status " + status + " (expected: 200)");
  }

  private byte[] read(HttpEntity entity) throws IOException, ImageRejectedException {
    if (entity == null) {
      return new byte[0];
    }
    if (entity.getContentLength() > limitBytes) {
      throw ImageRejectedException.tooLarge(String.valueOf(entity.getContentLength()), limitBytes);
    }
    // Grows with what comes: an announced length costs nothing until it is sent.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER);
    InputStream in = entity.getContent();
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (bytes.size() + (long) count > limitBytes) {
        throw ImageRejectedException.tooLarge("more than " + limitBytes, limitBytes);
      }
      bytes.write(buffer, 0, count);
    }
    return bytes.toByteArray();
  }

  private static ImageRejectedException refused(Reason reason, ImageUrl url, String what) {
    return new ImageRejectedException(reason, "image url: " + url + ", " + what);
  }
}
