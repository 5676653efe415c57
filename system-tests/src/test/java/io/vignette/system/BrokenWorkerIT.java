package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that only a restart can help. */
class BrokenWorkerIT {
  @TempDir Path folder;

  @Test
  void endsSoThatItsSupervisorStartsItAgain() throws Exception {
    Map<String, String> variables =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
            "VIGNETTE_ENGINE_KIND", "openai",
            "VIGNETTE_MODELS_REMOTE", "a-model",
            "VIGNETTE_OPENAI_ENDPOINT", "http://127.0.0.1:1/v1",
            "VIGNETTE_OPENAI_START_TIMEOUT", "1s");
    try (ServiceProcess worker = ServiceProcess.worker(folder, variables)) {
      assertThat(worker.process().waitFor(60, TimeUnit.SECONDS)).as(worker::log).isTrue();

      assertThat(worker.process().exitValue()).isEqualTo(1);
      assertThat(worker.log()).contains("CAP-1013").contains("127.0.0.1:1");
    }
  }
}
