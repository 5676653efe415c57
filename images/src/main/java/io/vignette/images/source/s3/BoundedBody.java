package io.vignette.images.source.s3;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Takes an object's bytes up to a limit: refuses by the announced length, before anything is read,
 * and by count. An answer that breaks off is asked for again.
 */
record BoundedBody(long limitBytes)
    implements ResponseTransformer<GetObjectResponse, BoundedBody.Body> {
  private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;

  /** What came. */
  sealed interface Body {
    /** The whole object. */
    record Whole(byte[] bytes) implements Body {}

    /** More than allowed; the size in words. */
    record TooLarge(String size) implements Body {}
  }

  @Override
  public Body transform(GetObjectResponse response, AbortableInputStream in) {
    try {
      Body body = read(response.contentLength(), in);
      if (body instanceof Body.TooLarge) {
        in.abort(); // Closing would read all that is still to come.
      }
      return body;
    } catch (IOException e) {
      throw RetryableException.create("the answer broke off", e);
    }
  }

  private Body read(@Nullable Long announced, AbortableInputStream in) throws IOException {
    long limit = Math.min(limitBytes, ARRAY_MAX - 1);
    if (announced != null && announced > limit) {
      return new Body.TooLarge(announced.toString());
    }
    int expected = (int) (announced == null ? limit + 1 : announced);
    byte[] bytes = announced == null ? in.readNBytes(expected) : exactly(expected, in);
    return bytes.length > limit || in.read() >= 0
        ? new Body.TooLarge("more than " + limit)
        : new Body.Whole(bytes);
  }

  private static byte[] exactly(int size, AbortableInputStream in) throws IOException {
    byte[] bytes = new byte[size];
    int count = in.readNBytes(bytes, 0, size);
    return count == size ? bytes : Arrays.copyOf(bytes, count);
  }
}
