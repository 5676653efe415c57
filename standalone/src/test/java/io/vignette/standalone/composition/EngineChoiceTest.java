package io.vignette.standalone.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.engine.openai.OpenAiSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {

  @Test
  void picturesAreLeasedForLongerThanAServersSlowestAnswer() {
    OpenAiSettings settings =
        OpenAiSettings.of(URI.create("http://localhost:1/v1"), "llava", Optional.empty())
            .withRequestTimeout(Duration.ofMinutes(8))
            .withRequestsMax(2);

    assertThat(new EngineChoice.OpenAi(settings).systemSettings())
        .containsEntry("vignette.attempt.budget", "PT9M")
        .containsEntry("vignette.topics.lease-time", "PT12M")
        .containsEntry("vignette.lease.records-per-fetch", "2");
    assertThat(new EngineChoice.InProcess().systemSettings()).isEmpty();
  }
}
