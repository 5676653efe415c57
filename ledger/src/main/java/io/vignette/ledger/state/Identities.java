package io.vignette.ledger.state;

import io.vignette.proto.v1.JobIdentity;

/** Joins what several events say about one job: the first to name a field wins. */
final class Identities {

  private Identities() {}

  /** {@code known}, with its empty fields taken from {@code told}. */
  static JobIdentity join(JobIdentity known, JobIdentity told) {
    if (known.equals(told)) {
      return known;
    }
    JobIdentity.Builder joined = told.toBuilder();
    // Merging goes field by field into a timestamp or a map; these are taken whole.
    if (known.hasSubmittedAt()) {
      joined.clearSubmittedAt();
    }
    if (known.hasDeadline()) {
      joined.clearDeadline();
    }
    if (known.getMetadataCount() > 0) {
      joined.clearMetadata();
    }
    return joined.mergeFrom(known).build();
  }

  /** Whether both name a request, and not the same one. */
  static boolean conflict(JobIdentity known, JobIdentity told) {
    String first = known.getRequestFingerprint();
    String second = told.getRequestFingerprint();
    return !first.isEmpty() && !second.isEmpty() && !first.equals(second);
  }
}
