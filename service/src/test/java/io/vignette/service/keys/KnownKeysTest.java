package io.vignette.service.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownKeysTest {
  private static final KnownKeys KEYS =
      KnownKeys.of(
          List.of(
              "vignette.blob-store.kind",
              "vignette.intake.rules[N].match.bucket",
              "vignette.intake.rules[N].metadata.KEY",
              "vignette.intake.topic",
              "vignette.kafka.topic-prefix",
              "vignette.openai.api-key",
              "vignette.worker.id"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vignette.blob-store.kind",
        "vignette.intake.rules[12].match.bucket",
        "vignette.intake.rules[0].metadata.shop",
        "vignette.intake.rules[0].metadata.\"shop.name\"",
        "VIGNETTE_BLOB_STORE_KIND",
        "vignette_blob_store_kind",
        "VIGNETTE_INTAKE_RULES_12__MATCH_BUCKET",
        "VIGNETTE_INTAKE_RULES_0__METADATA_SHOP",
        "VIGNETTE_OPENAI_API_KEY"
      })
  void hasKeysHoweverTheyAreSpelt(String name) {
    assertThat(KEYS.has(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vignette.blobstore.kind",
        "vignette.blob-store",
        "vignette.blob-store.kind.of",
        "vignette.intake.rules.match.bucket",
        "vignette.intake.rules[N].match.bucket",
        "vignette.intake.rules[0].metadata",
        "vignette.intake.rules[0].match.buckets",
        "vignette.openai.api.key",
        "VIGNETTE_INTAKE_RULES_0_MATCH_BUCKET",
        "VIGNETTE_INTAKE_RULES_0__METADATA",
        "VIGNETTE_WORKERR_ID"
      })
  void hasNothingElse(String name) {
    assertThat(KEYS.has(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "VIGNETTE_WORKERR_ID, VIGNETTE_WORKER_ID",
    "VIGNETTE_INTAKE_TOPICS, VIGNETTE_INTAKE_TOPIC",
    "VIGNETTE_TOPIC_PREFIX, VIGNETTE_KAFKA_TOPIC_PREFIX",
    "VIGNETTE_API_KEY, VIGNETTE_OPENAI_API_KEY",
    "VIGNETTE_INTAKE_RULES_7_MATCH_BUCKET, VIGNETTE_INTAKE_RULES_N__MATCH_BUCKET",
    "vignette.kafka.topicPrefix, vignette.kafka.topic-prefix",
    "vignette.intake.rules[7].match.buckets, vignette.intake.rules[N].match.bucket"
  })
  void proposesWhatWasMeant(String wrong, String meant) {
    assertThat(KEYS.nearest(wrong)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"VIGNETTE_", "vignette.", "VIGNETTE_COLOUR_OF_THE_SKY"})
  void proposesNothingWhereNothingIsNear(String wrong) {
    assertThat(KEYS.nearest(wrong)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', abc, 3", "abc, '', 3", "kitten, sitting, 3", "same, same, 0"})
  void countsEdits(String from, String to, int edits) {
    assertThat(Spelling.edits(from, to)).isEqualTo(edits);
  }

  @Test
  void theBundledListIsInOrderAndHasBothServices() {
    List<String> keys = KnownKeys.bundled().texts();

    assertThat(keys)
        .isSorted()
        .doesNotHaveDuplicates()
        .contains("vignette.worker.id", "vignette.access.keys-file", "vignette.s3.bucket");
  }
}
