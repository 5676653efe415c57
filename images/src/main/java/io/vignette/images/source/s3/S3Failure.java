package io.vignette.images.source.s3;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Why a call to S3 failed. The only place that looks into the SDK's exceptions.
 *
 * @param description S3's own code and status, or the kind of the fault on the way; no addresses
 */
record S3Failure(Kind kind, String description) {

  /** What a failure means. */
  enum Kind {
    NO_OBJECT,
    NO_BUCKET,
    /** The credentials are good, and not for this. */
    DENIED,
    /** The credentials are none, old or wrong. */
    CREDENTIALS,
    /** The network, the server's load, its faults: the same call may succeed later. */
    TRANSIENT,
    /** The server takes the call for a wrong one. */
    REFUSED
  }

  static S3Failure of(SdkException e) {
    if (e instanceof S3Credentials.Missing) {
      return new S3Failure(Kind.CREDENTIALS, "no credentials");
    }
    if (!(e instanceof AwsServiceException answer)) {
      return new S3Failure(Kind.TRANSIENT, rootOf(e).getClass().getSimpleName());
    }
    String code = codeOf(answer);
    return new S3Failure(
        kindOf(code, answer),
        (code.isEmpty() ? "" : code + ", ") + "status " + answer.statusCode());
  }

  private static String codeOf(AwsServiceException answer) {
    var details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static Kind kindOf(String code, AwsServiceException answer) {
    return switch (code) {
      case "NoSuchKey", "NoSuchVersion", "NoSuchUpload" -> Kind.NO_OBJECT;
      case "NoSuchBucket" -> Kind.NO_BUCKET;
      case "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "InvalidToken",
          "RequestTimeTooSkewed" ->
          Kind.CREDENTIALS;
      case "RequestTimeout" -> Kind.TRANSIENT;
      default -> answer.isThrottlingException() ? Kind.TRANSIENT : kindOf(answer.statusCode());
    };
  }

  private static Kind kindOf(int status) {
    return switch (status) {
      case 401 -> Kind.CREDENTIALS;
      case 403 -> Kind.DENIED;
      case 404 -> Kind.NO_OBJECT;
      case 408, 429 -> Kind.TRANSIENT;
      case 501 -> Kind.REFUSED;
      // Redirections are answered to a wrong region: not the picture's fault.
      default -> status >= 500 || status < 400 ? Kind.TRANSIENT : Kind.REFUSED;
    };
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
