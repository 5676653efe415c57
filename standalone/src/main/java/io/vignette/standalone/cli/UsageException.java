package io.vignette.standalone.cli;

import io.vignette.wire.Reason;

/** The command can't be carried out as it was given. The message is for the user; exit code 2. */
final class UsageException extends Exception {

  UsageException(String message) {
    super(message);
  }

  UsageException(Reason reason, String message) {
    super(reason.code() + ": " + message);
  }
}
