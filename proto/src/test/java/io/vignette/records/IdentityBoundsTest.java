package io.vignette.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobIdentity;
import org.junit.jupiter.api.Test;

/** What the doors take is kept by whoever reads events. */
class IdentityBoundsTest {
  private static final String CAT = "\uD83D\uDC08";

  @Test
  void charactersOfTwoUnitsCountOnce() {
    String longest = CAT.repeat(JobRules.IDENTITY_CHARACTERS_MAX);
    JobIdentity identity =
        JobIdentity.newBuilder()
            .setTenant(longest)
            .setClientReference(longest)
            .setBatchId(longest)
            .setModel(longest)
            .build();

    assertThat(IdentityBounds.within(identity)).isEqualTo(identity);
    assertThat(IdentityBounds.textWithin(longest + "c")).isEmpty();
  }

  @Test
  void theLargestMetadataOfTheUsualLimitsAreKept() {
    JobLimits limits = JobLimits.defaults();
    JobIdentity.Builder identity = JobIdentity.newBuilder();
    for (int i = 0; i < limits.metadataPairsMax(); i++) {
      String key = CAT.repeat(limits.metadataCharactersMax() - 1) + Character.toString(0x1F400 + i);
      identity.putMetadata(key, CAT.repeat(limits.metadataCharactersMax()));
    }

    assertThat(IdentityBounds.within(identity.build()).getMetadataMap())
        .hasSize(limits.metadataPairsMax());
  }
}
