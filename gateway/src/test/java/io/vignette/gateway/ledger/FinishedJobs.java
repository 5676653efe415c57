package io.vignette.gateway.ledger;

import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Events of jobs that ended, for a ledger to fold. */
public final class FinishedJobs {
  private FinishedJobs() {}

  /** Writes one event each; returns when Kafka has confirmed all. */
  public static void send(TestBroker broker, Topics topics, int jobs) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int n = 0; n < jobs; n++) {
        JobEvent end =
            JobEvent.newBuilder()
                .setJobId(new UUID(0, n).toString())
                .setAttempt(1)
                .setSucceeded(Succeeded.getDefaultInstance())
                .build();
        producer
            .send(new ProducerRecord<>(topics.jobEvents(), end.getJobId(), end.toByteArray()))
            .get(30, TimeUnit.SECONDS);
      }
    }
  }
}
