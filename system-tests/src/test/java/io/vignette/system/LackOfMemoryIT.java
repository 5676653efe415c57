package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker without enough memory for an image that its limits allow. */
class LackOfMemoryIT {
  private static final int SIDE = 10_000;

  @TempDir Path folder;

  @Test
  void endsInOrderAndCostsTheImageOnly() throws Exception {
    int kafkaPort = ServiceProcess.freePort();
    Map<String, String> shared =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            "127.0.0.1:" + kafkaPort,
            "VIGNETTE_BLOB_STORE_FOLDER",
            folder.resolve("blobs").toString());
    Map<String, String> small = new HashMap<>(shared);
    small.put("VIGNETTE_ENGINE_KIND", "onnx");
    small.put("TEST_HEAP", "160m");
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(new BrokerConfig(folder.resolve("kafka"), kafkaPort, Map.of()));
        ServiceProcess gateway = ServiceProcess.gateway(folder, shared).awaitReady();
        ServiceProcess worker = ServiceProcess.worker(folder, small).awaitReady()) {
      broker.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
      String job = gateway.submit(Messages.request(largeImage()));

      assertThat(worker.process().waitFor(120, TimeUnit.SECONDS)).as(worker::log).isTrue();

      assertThat(worker.process().exitValue()).as(worker::log).isEqualTo(1);
      assertThat(worker.log()).contains("CAP-3001").contains("OutOfMemoryError");
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> assertThat(gateway.get(job).body()).contains("FAILED").contains("internal"));
    }
  }

  /** 100 million pixels in some kilobytes. */
  private static byte[] largeImage() throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY), "png", file);
    return file.toByteArray();
  }
}
