package io.vignette.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.JobId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts and ids here must never change: repeated events would become other jobs. */
class EventIdentityTest {

  @Test
  void cloudEventIsNamedBySourceAndId() {
    String key = EventIdentity.ofCloudEvent("https://shop.example/uploads", "A 1/ä");

    assertThat(key)
        .isEqualTo("image-event\ncloudevents\nhttps%3A%2F%2Fshop.example%2Fuploads\nA+1%2F%C3%A4");
    assertThat(JobId.named("default", key)).hasToString("9d774aaf-dd8e-89f0-b4be-ed10f7c9c61b");
  }

  @Test
  void objectIsNamedByBucketKeyVersionAndSequencer() {
    String key = EventIdentity.ofObject("photos", "cats/ä 1.png", "v.1", "0A1B");

    assertThat(key).isEqualTo("image-event\ns3\nphotos\ncats%2F%C3%A4+1.png\nv.1\n0A1B");
    assertThat(JobId.named("default", key)).hasToString("241f9d60-fa74-8331-b701-4d03edadbf58");
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
