package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.Reason;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.fileupload.FileUploadBase.FileUploadIOException;
import org.apache.commons.fileupload.MultipartStream;
import org.apache.commons.fileupload.MultipartStream.MalformedStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Splits the body of a form into its parts, in memory.
 *
 * <p>For one body, one thread. Holds as many bytes of a part as its limit allows and counts the
 * rest; the body as a whole is bounded by {@link BodyLimit}. Whatever is malformed ends in a {@link
 * RejectedException}: no part is skipped, and no byte is changed. A {@code
 * Content-Transfer-Encoding} that would change bytes is refused, as the RFC deprecates it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578, multipart/form-data</a>
 */
final class FormParts {
  private static final int PARTS_MAX = 1000;
  private static final int HEADER_BYTES_MAX = 8 * 1024;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Pattern BOUNDARY =
      Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");

  /** Possessive where Java would need stack for each character. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G\\s*;\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^;\"]*))");

  private static final Pattern PLAIN_ENCODING = Pattern.compile("(?i)7bit|8bit|binary");
  private static final String DISPOSITION = "content-disposition";
  private static final String TYPE = "content-type";
  private static final String ENCODING = "content-transfer-encoding";
  private static final String FORM_DATA = "form-data";

  private final long fileBytesMax;
  private final long fieldBytesMax;
  private final List<FormPart> parts = new ArrayList<>();

  private FormParts(long fileBytesMax, long fieldBytesMax) {
    this.fileBytesMax = fileBytesMax;
    this.fieldBytesMax = fieldBytesMax;
  }

  /**
   * The parts of {@code body}. Blocks.
   *
   * @param boundary as the content type names it; null = not at all
   * @param fileBytesMax bytes that are held of a file
   * @param fieldBytesMax bytes of a part that is no file
   * @throws RejectedException if the body is no form or a limit is exceeded
   */
  static List<FormPart> read(
      InputStream body, @Nullable String boundary, long fileBytesMax, long fieldBytesMax)
      throws RejectedException {
    FormParts form = new FormParts(fileBytesMax, fieldBytesMax);
    Source source = new Source(body);
    try {
      form.readAll(new MultipartStream(source, checked(boundary), BUFFER_BYTES, null));
    } catch (IOException | RejectedException e) {
      throw rejection(source.fault().orElse(e));
    }
    return form.parts;
  }

  private static RejectedException rejection(Exception fault) {
    return switch (fault) {
      case RejectedException rejection -> rejection;
      case BodyLimit.ExceededException tooLong ->
          new RejectedException(
              Reason.REQUEST_TOO_LARGE, String.valueOf(tooLong.getMessage()), tooLong);
      case BodyBudget.FullException full ->
          new RejectedException(Reason.GATEWAY_BUSY, String.valueOf(full.getMessage()), full);
      case FileUploadIOException tooLong ->
          new RejectedException(
              Reason.REQUEST_TOO_LARGE,
              "form: more than %d bytes of a part's headers (expected: at most %<d)"
                  .formatted(HEADER_BYTES_MAX),
              tooLong);
      case MalformedStreamException broken ->
          invalid(
              "form: broke off (expected: parts, the last one followed by --boundary--)", broken);
      default -> invalid("form: broke off (expected: a whole form)", fault);
    };
  }

  private static byte[] checked(@Nullable String boundary) throws RejectedException {
    if (boundary == null || !BOUNDARY.matcher(boundary).matches()) {
      throw invalid(
          "Content-Type: boundary "
              + (boundary == null ? "missing" : "'" + Excerpt.of(boundary) + "'")
              + " (expected: multipart/form-data; boundary= and 1 to 70 characters of RFC 2046)",
          null);
    }
    return boundary.getBytes(US_ASCII);
  }

  private void readAll(MultipartStream form) throws RejectedException, IOException {
    form.setPartHeaderSizeMax(HEADER_BYTES_MAX);
    form.setHeaderEncoding(UTF_8.name());
    boolean hasNext = form.skipPreamble();
    while (hasNext) {
      if (parts.size() == PARTS_MAX) {
        throw new RejectedException(
            Reason.REQUEST_TOO_LARGE,
            "form: more than %d parts (expected: at most %<d)".formatted(PARTS_MAX));
      }
      parts.add(readPart(form));
      hasNext = form.readBoundary();
    }
    if (parts.isEmpty()) {
      throw invalid("form: no part (expected: parts between lines of --boundary)", null);
    }
  }

  private FormPart readPart(MultipartStream form) throws RejectedException, IOException {
    Map<String, String> headers = headers(form.readHeaders());
    Map<String, String> disposition = disposition(headers.get(DISPOSITION));
    String name = disposition.get("name");
    if (name == null) {
      throw invalid("form: a part without a name (expected: form-data; name=\"image\")", null);
    }
    requirePlain(name, headers.get(ENCODING));
    boolean isFile = disposition.containsKey("filename") || disposition.containsKey("filename*");
    Content content = new Content(isFile ? fileBytesMax : fieldBytesMax);
    form.readBodyData(content);
    if (!isFile && content.size() > fieldBytesMax) {
      throw new RejectedException(
          Reason.REQUEST_TOO_LARGE,
          "%s: %d bytes (expected: at most %d)"
              .formatted(Excerpt.of(name), content.size(), fieldBytesMax));
    }
    return new FormPart(
        name, isFile, Optional.ofNullable(headers.get(TYPE)), content.bytes(), content.size());
  }

  private static Map<String, String> headers(String text) throws RejectedException {
    Map<String, String> headers = new HashMap<>();
    for (String line : text.replaceAll("\r\n[ \t]+", " ").split("\r\n")) {
      if (line.isEmpty()) {
        continue;
      }
      int colon = line.indexOf(':');
      // A line break of another kind would hide a header in the value of the one before.
      if (colon < 1 || line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
        throw invalid("form: '" + Excerpt.of(line) + "' (expected: a header of a part)", null);
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (headers.put(name, line.substring(colon + 1).strip()) != null) {
        throw invalid("form: " + Excerpt.of(name) + " twice (expected: once in a part)", null);
      }
    }
    return headers;
  }

  private static Map<String, String> disposition(@Nullable String text) throws RejectedException {
    String type = text == null ? "" : text.split(";", 2)[0].strip();
    if (text == null || !type.equalsIgnoreCase(FORM_DATA)) {
      throw invalid(
          "form: Content-Disposition "
              + (text == null ? "missing" : "'" + Excerpt.of(text) + "'")
              + " (expected: form-data; name=\"image\")",
          null);
    }
    return parameters(text.substring(text.indexOf(type) + type.length()));
  }

  /** The parameters behind a header's value. */
  static Map<String, String> parameters(String text) throws RejectedException {
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      end = matcher.end();
      String quoted = matcher.group(2);
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      String value = quoted == null ? matcher.group(3).strip() : quoted.replaceAll("\\\\(.)", "$1");
      if (parameters.put(name, value) != null) {
        throw invalid(
            "form: parameter " + Excerpt.of(name) + " twice (expected: once in a header)", null);
      }
    }
    String rest = text.substring(end).strip();
    if (!rest.isEmpty() && !rest.equals(";")) {
      throw invalid(
          "form: '" + Excerpt.of(rest) + "' in a header of a part (expected: ; name=\"value\")",
          null);
    }
    return parameters;
  }

  private static void requirePlain(String name, @Nullable String encoding)
      throws RejectedException {
    if (encoding != null && !PLAIN_ENCODING.matcher(encoding).matches()) {
      throw invalid(
          "%s: Content-Transfer-Encoding: '%s' (expected: none, 7bit, 8bit or binary)"
              .formatted(Excerpt.of(name), Excerpt.of(encoding)),
          null);
    }
  }

  private static RejectedException invalid(String message, @Nullable Throwable cause) {
    return new RejectedException(Reason.REQUEST_INVALID, message, cause);
  }

  /** The body; remembers why it broke off, which the parser forgets between parts. */
  private static final class Source extends FilterInputStream {
    private @Nullable IOException fault;

    private Source(InputStream body) {
      super(body);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        fault = e;
        throw e;
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return super.read(buffer, offset, length);
      } catch (IOException e) {
        fault = e;
        throw e;
      }
    }

    private Optional<Exception> fault() {
      return Optional.ofNullable(fault);
    }
  }

  /** Holds what is within the limit and counts the rest. */
  private static final class Content extends OutputStream {
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final long bytesMax;
    private long bytes;

    private Content(long bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public void write(int next) {
      write(new byte[] {(byte) next}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      bytes += length;
      if (bytes <= bytesMax) {
        held.write(buffer, offset, length);
      }
    }

    private long size() {
      return bytes;
    }

    private byte[] bytes() {
      return held.toByteArray();
    }
  }
}
