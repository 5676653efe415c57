package io.vignette.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.JobId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts and ids here must never change: repeated events would become other jobs. */
class EventIdentityTest {
  private static final byte[] SECRET = new byte[32];

  @Test
  void cloudEventIsNamedBySourceAndId() {
    String key = EventIdentity.ofCloudEvent("https://shop.example/uploads", "A 1/ä");

    assertThat(key)
        .isEqualTo("image-event\ncloudevents\nhttps%3A%2F%2Fshop.example%2Fuploads\nA+1%2F%C3%A4");
    assertThat(JobId.named(SECRET, "default", key))
        .hasToString("91f2d54b-5007-884c-98c4-ea4789b8a312");
  }

  @Test
  void objectIsNamedByBucketKeyVersionAndSequencer() {
    String key = EventIdentity.ofObject("photos", "cats/ä 1.png", "v.1", "0A1B");

    assertThat(key).isEqualTo("image-event\ns3\nphotos\ncats%2F%C3%A4+1.png\nv.1\n0A1B");
    assertThat(JobId.named(SECRET, "default", key))
        .hasToString("aa117eb8-f710-8d6a-afe1-000c5dac0815");
  }

  @Test
  void partsNeverRunTogether() {
    assertThat(
            List.of(
                EventIdentity.ofCloudEvent("a", "b\nc"),
                EventIdentity.ofCloudEvent("a\nb", "c"),
                EventIdentity.ofObject("a", "b", "", "c"),
                EventIdentity.ofObject("a", "b", "c", ""),
                EventIdentity.ofObject("a", "b\nc", "", "")))
        .doesNotHaveDuplicates();
  }
}
