package io.vignette.images.source.s3;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an upload: random, and with its checksum, so that it can only ever mean these bytes,
 * whatever happens in the bucket.
 *
 * @param sha256 lower-case hex
 */
record UploadReference(UUID id, String sha256) {
  private static final String UUID_PATTERN = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
  private static final Pattern ID = Pattern.compile(UUID_PATTERN);
  private static final Pattern TEXT =
      Pattern.compile("s3blob:(" + UUID_PATTERN + ")\\.([0-9a-f]{64})");

  static Optional<UploadReference> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(new UploadReference(UUID.fromString(matcher.group(1)), matcher.group(2)))
        : Optional.empty();
  }

  String format() {
    return "s3blob:" + id + "." + sha256;
  }

  /** The object that holds the upload. */
  static String key(S3Folder folder, UUID id) {
    return folder.prefix() + id;
  }

  /** Whether the object has a name that this store gives. */
  static boolean isKey(S3Folder folder, String key) {
    return key.startsWith(folder.prefix())
        && ID.matcher(key.substring(folder.prefix().length())).matches();
  }
}
