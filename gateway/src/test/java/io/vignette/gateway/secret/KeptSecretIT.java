package io.vignette.gateway.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.gateway.topics.FixedTopics;
import io.vignette.gateway.topics.TopicSetup;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The secret in a real Kafka. */
class KeptSecretIT {
  private static final int GATEWAYS = 4;

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();

  @BeforeEach
  void makeTopics() throws Exception {
    new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.empty(), false)
        .ensure();
  }

  @RepeatedTest(5)
  void gatewaysThatStartAtOnceAllTakeTheFirst() throws Exception {
    CyclicBarrier start = new CyclicBarrier(GATEWAYS);
    Callable<JobId> gateway =
        () -> {
          start.await(30, TimeUnit.SECONDS);
          return idOf(topics);
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(GATEWAYS)) {
      List<Future<JobId>> ids =
          IntStream.range(0, GATEWAYS).mapToObj(each -> threads.submit(gateway)).toList();
      JobId later = null;
      for (Future<JobId> id : ids) {
        later = later == null ? id.get(60, TimeUnit.SECONDS) : later;
        assertThat(id.get(60, TimeUnit.SECONDS)).isEqualTo(later);
      }
      assertThat(idOf(topics)).isEqualTo(later);
    }
  }

  @Test
  void anotherSystemMakesOtherIds() throws Exception {
    Topics other = broker.freshTopics();
    new TopicSetup(broker.connection(), other, new FixedTopics(), Optional.empty(), false).ensure();

    assertThat(idOf(topics)).isEqualTo(idOf(topics)).isNotEqualTo(idOf(other));
  }

  @Test
  void recordsThatAreNoSecretArePassedOver() throws Exception {
    write("empty", new byte[0]);
    write("short", "guessed".getBytes(StandardCharsets.UTF_8));
    write("none", null);

    JobId id = idOf(topics);

    assertThat(id).isEqualTo(idOf(topics));
    assertThat(id).isNotEqualTo(JobId.named("guessed".getBytes(StandardCharsets.UTF_8), "t", "k"));
  }

  private JobId idOf(Topics system) throws Exception {
    DeploymentSecret secret = new DeploymentSecret(broker.connection(), system, Optional::empty);
    assertThat(secret.idOf("t", "k")).isEmpty();
    secret.load();
    return secret.idOf("t", "k").orElseThrow();
  }

  private void write(String key, byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            broker.connection().with(Map.of()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topics.secret(), key, value)).get(30, TimeUnit.SECONDS);
    }
  }
}
