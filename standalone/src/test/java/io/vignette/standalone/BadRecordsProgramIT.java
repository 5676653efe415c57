package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.standalone.RunningProgram.Ended;
import io.vignette.testkit.BadRecords;
import io.vignette.testkit.BadRecords.BadRecord;
import io.vignette.testkit.BadRecords.Header;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.ResultsReader;
import io.vignette.wire.Headers;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole system, as a process, with records on all its topics that no part of it writes: every
 * good job has its one result, every bad one that is a job's too, and everything can be looked up.
 */
class BadRecordsProgramIT {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final Topics TOPICS = Topics.standard();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void everyJobHasItsOneResultAndIsAnswered() throws Exception {
    int port = freePort();
    Path data = folder.resolve("data");
    try (RunningProgram program =
        RunningProgram.start(
            folder, "serve", "--port", Integer.toString(port), "--data-dir", data.toString())) {
      await()
          .atMost(SOON)
          .until(() -> program.out().contains("Vignette is up") || !program.process().isAlive());
      assertThat(program.process().isAlive()).as(program.err()).isTrue();
      String broker = Files.readString(data.resolve("serve.address")).strip();

      Map<String, String> good = new LinkedHashMap<>();
      Map<String, String> failing = new LinkedHashMap<>();
      int nameless;
      try (KafkaProducer<String, byte[]> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", broker, "acks", "all"),
              new StringSerializer(),
              new ByteArraySerializer())) {
        nameless = write(producer, good, failing);
      }

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(ResultsReader.readAll(broker, TOPICS))
                      .as(program.err())
                      .hasSizeGreaterThanOrEqualTo(good.size() + failing.size() + nameless));
      List<CaptionResult> results = ResultsReader.readAll(broker, TOPICS);
      assertThat(results)
          .hasSize(good.size() + failing.size() + nameless)
          .extracting(CaptionResult::getJobId)
          .doesNotHaveDuplicates()
          .containsAll(good.keySet())
          .containsAll(failing.keySet());
      assertThat(deadJobs(broker)).hasSize(failing.size() + nameless);
      for (CaptionResult result : results) {
        String name = good.getOrDefault(result.getJobId(), failing.get(result.getJobId()));
        JsonNode job = answered(port, result.getJobId(), String.valueOf(name));
        assertThat(job.path("state").asText())
            .as("%s: %s", name, job)
            .isEqualTo(good.containsKey(result.getJobId()) ? "SUCCEEDED" : "FAILED");
        assertThat(job.path("error").path("code").asText()).as(name).isNotEqualTo("internal");
      }

      tombstone(broker);
      Ended printed = RunningProgram.run(folder, "results", "--data-dir", data.toString());
      assertThat(printed.exitCode()).as(printed.err()).isZero();
      assertThat(printed.out().lines()).hasSize(results.size());
    }
  }

  /** Returns how many records name no job. */
  private static int write(
      KafkaProducer<String, byte[]> producer, Map<String, String> good, Map<String, String> failing)
      throws Exception {
    int nameless = 0;
    CaptionJob job =
        CaptionJob.newBuilder()
            .setModel("tiny-blip2")
            .setImage(
                ImageReference.newBuilder()
                    .setInline(
                        ByteString.copyFrom(
                            Files.readAllBytes(
                                RepositoryFiles.samples()
                                    .resolve("blue-star-above-orange-square.png")))))
            .build();
    List<String> leased = TOPICS.leased();
    String delay = TOPICS.delay(Topics.Delay.TEN_SECONDS);
    int turn = 0;
    for (int i = 0; i < BadRecords.onAnyTopic().size(); i++) {
      for (String topic : List.of(leased.get(turn++ % leased.size()), delay)) {
        BadRecord bad = BadRecords.onAnyTopic().get(i);
        good.put(send(producer, topic, job), "before " + bad.name());
        send(producer, topic, bad.key(), bad.value(), bad.headers());
        if (bad.key() != null && JobId.parse(bad.key()).isPresent()) {
          failing.put(bad.key(), bad.name());
        } else {
          nameless++;
        }
      }
      BadRecord bad = BadRecords.onAnyTopic().get(i);
      send(producer, TOPICS.jobEvents(), bad.key(), bad.value(), bad.headers());
      if (bad.key() != null) {
        send(producer, TOPICS.cancellations(), bad.key(), bad.value(), List.of());
      }
    }
    for (Map.Entry<String, CaptionJob> bad : BadRecords.failingJobs(job).entrySet()) {
      if (bad.getKey().startsWith("deadline before")) {
        continue; // It may end as expired.
      }
      String id = bad.getValue().getJobId();
      send(
          producer,
          leased.get(turn++ % leased.size()),
          id,
          bad.getValue().toByteArray(),
          List.of());
      failing.put(id, bad.getKey());
    }
    String lost = JobId.fresh(Clock.systemUTC()).toString();
    byte[] moved = job.toBuilder().setJobId(lost).build().toByteArray();
    send(producer, delay, lost, moved, List.of(Header.of(Headers.TARGET, "no such topic")));
    failing.put(lost, "target that is none");
    for (String topic : leased) {
      good.put(send(producer, topic, job), "behind all on " + topic);
    }
    good.put(send(producer, delay, job), "behind all on " + delay);
    producer.flush();
    return nameless;
  }

  private static String send(KafkaProducer<String, byte[]> producer, String topic, CaptionJob job) {
    String id = JobId.fresh(Clock.systemUTC()).toString();
    send(producer, topic, id, job.toBuilder().setJobId(id).build().toByteArray(), List.of());
    return id;
  }

  private static void send(
      KafkaProducer<String, byte[]> producer,
      String topic,
      String key,
      byte[] value,
      List<Header> headers) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, 0, key, value);
    headers.forEach(header -> record.headers().add(header.name(), header.value()));
    producer.send(record);
  }

  /** The output topic is not compacted: it takes a record without a key or value. */
  private static void tombstone(String broker) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPICS.results(), "deleted", null)).get();
    }
  }

  private static JsonNode answered(int port, String id, String name) throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/captions/" + id))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s: %s", name, response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static List<DeadJob> deadJobs(String broker) throws InvalidProtocolBufferException {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition dead = new TopicPartition(TOPICS.dead(), 0);
      consumer.assign(List.of(dead));
      consumer.seekToBeginning(List.of(dead));
      long end = consumer.endOffsets(List.of(dead)).get(dead);
      List<DeadJob> jobs = new ArrayList<>();
      while (consumer.position(dead) < end) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          jobs.add(DeadJob.parseFrom(record.value()));
        }
      }
      return jobs;
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
