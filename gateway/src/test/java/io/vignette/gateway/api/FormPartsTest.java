package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormPartsTest {
  private static final byte[] FORM =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc\r\n--b--\r\n"
          .getBytes(US_ASCII);

  /** Between parts, in their headers and in their contents. */
  @Test
  void whyABodyBreaksOffIsSaidWhereverItDoes() {
    for (int bytes = 0; bytes < FORM.length - 4; bytes++) {
      assertThat(reasonAfter(bytes, new BodyBudget.FullException(7)))
          .as("after %d bytes", bytes)
          .isEqualTo(Reason.GATEWAY_BUSY);
      assertThat(reasonAfter(bytes, new BodyLimit.ExceededException(7)))
          .as("after %d bytes", bytes)
          .isEqualTo(Reason.REQUEST_TOO_LARGE);
      assertThat(reasonAfter(bytes, new IOException("reset")))
          .as("after %d bytes", bytes)
          .isEqualTo(Reason.REQUEST_INVALID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"name=a; name=b", "name=a; NAME=\"a\"", "name=a; filename=b; filename=\"c\""})
  void aParameterThatComesTwiceIsRefused(String parameters) {
    assertThatThrownBy(() -> readPart(parameters))
        .isInstanceOf(RejectedException.class)
        .hasMessageMatching("form: parameter (file)?name twice \\(expected: once in a header\\)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name=\"a\"b", "name=a; filename=\"b", "name=a; b", "name=\"a\" c=d"})
  void whatIsNoParameterIsRefused(String parameters) {
    assertThatThrownBy(() -> readPart(parameters))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("in a header of a part (expected: ; name=\"value\")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name=a;", "name=a; x-part=1", "name=\"a\"; filename*=UTF-8''%e2.png"})
  void whatSomeClientsAddIsTaken(String parameters) throws Exception {
    assertThat(readPart(parameters)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r"})
  void aLineBreakOfAnotherKindIsNoPartOfAHeader(String lineBreak) {
    String parameters = "name=a" + lineBreak + "Content-Disposition: form-data; name=b";

    assertThatThrownBy(() -> readPart(parameters))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("(expected: a header of a part)");
  }

  /** A form of one part. */
  private static List<FormPart> readPart(String parameters) throws RejectedException {
    String form =
        "--b\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\nabc\r\n--b--\r\n";
    return FormParts.read(new ByteArrayInputStream(form.getBytes(US_ASCII)), "b", 1000, 1000);
  }

  private static Reason reasonAfter(int bytes, IOException fault) {
    InputStream body =
        new SequenceInputStream(new ByteArrayInputStream(FORM, 0, bytes), new Broken(fault));
    RejectedException rejection =
        catchThrowableOfType(RejectedException.class, () -> FormParts.read(body, "b", 1000, 1000));
    return rejection.reason();
  }

  /** Ends in a fault, as a body does that its guards refuse. */
  private static final class Broken extends InputStream {
    private final IOException fault;

    private Broken(IOException fault) {
      this.fault = fault;
    }

    @Override
    public int read() throws IOException {
      throw fault;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      throw fault;
    }
  }
}
