package io.vignette.gateway.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.Headers;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What is written beside a record, on a real topic. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class ChannelJobLogIT {
  private final GatewayLifecycle gateway;
  private final JobLog log;
  private final Topics topics;
  private final String bootstrapServers;

  @Inject
  ChannelJobLogIT(
      GatewayLifecycle gateway,
      JobLog log,
      Topics topics,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.gateway = gateway;
    this.log = log;
    this.topics = topics;
    this.bootstrapServers = bootstrapServers;
  }

  @Test
  void eventOfNoTraceHasNoTraceHeader() throws Exception {
    get(gateway.ready());
    TraceContext trace = TraceContext.fresh();
    JobEvent traced = event();
    JobEvent untraced = event();

    get(log.writeEvent(traced, trace));
    get(log.writeEvent(untraced, TraceContext.NONE));

    assertThat(headersOf(traced)).contains(Headers.TRACEPARENT);
    assertThat(headersOf(untraced))
        .contains(Headers.CONTENT_TYPE)
        .doesNotContain(Headers.TRACEPARENT, Headers.TRACESTATE);
  }

  private static JobEvent event() {
    return JobEvent.newBuilder().setJobId(JobId.fresh(Clock.systemUTC()).toString()).build();
  }

  private List<String> headersOf(JobEvent event) {
    List<TopicPartition> partitions =
        IntStream.range(0, Topics.EVENT_PARTITIONS)
            .mapToObj(partition -> new TopicPartition(topics.jobEvents(), partition))
            .toList();
    List<String> names = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> events =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      events.assign(partitions);
      events.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                StreamSupport.stream(events.poll(Duration.ofMillis(100)).spliterator(), false)
                    .filter(record -> event.getJobId().equals(record.key()))
                    .flatMap(record -> StreamSupport.stream(record.headers().spliterator(), false))
                    .map(Header::key)
                    .forEach(names::add);
                return !names.isEmpty();
              });
    }
    return names;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
