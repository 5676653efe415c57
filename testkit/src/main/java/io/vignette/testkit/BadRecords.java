package io.vignette.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Failed;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Origin;
import io.vignette.proto.v1.Prompt;
import io.vignette.proto.v1.Retried;
import io.vignette.proto.v1.Started;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.proto.v1.Timings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records that nobody of ours writes: for the tests of whoever reads a topic. Each is made anew.
 *
 * <p>Every reader must handle what stands before and behind them as if they were not there.
 */
public final class BadRecords {
  /** Nearly as much as a broker takes. */
  private static final int GIANT = 900_000;

  /** A number that no enum of ours has. */
  private static final int UNKNOWN = 77;

  private static final Timestamp NEVER = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
  private static final Timestamp BEFORE_ALL =
      Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).setNanos(-1).build();
  private static final Timestamp BAD_NANOS =
      Timestamp.newBuilder().setSeconds(1).setNanos(2_000_000_000).build();

  /** Times that Protobuf allows, and that no clock of ours tells. */
  private static final Map<String, Timestamp> ABSURD_TIMES =
      Map.of(
          "of the year 1", Timestamp.newBuilder().setSeconds(-62_135_596_800L).build(),
          "of the year 1700", Timestamp.newBuilder().setSeconds(-8_520_336_000L).build(),
          "of the year 9999", Timestamp.newBuilder().setSeconds(253_402_300_799L).build());

  private BadRecords() {}

  /**
   * A record and what is wrong with it.
   *
   * @param headers in this order; a name may come twice
   */
  public record BadRecord(
      String name, @Nullable String key, byte @Nullable [] value, List<Header> headers) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A header as it goes to Kafka. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Header(String name, byte @Nullable [] value) {
    public static Header of(String name, String value) {
      return new Header(name, value.getBytes(UTF_8));
    }
  }

  /** What can stand on any topic: not one of them holds a message that names a job. */
  public static List<BadRecord> onAnyTopic() {
    return List.of(
        record("garbage", UUID.randomUUID().toString(), bytes(0xFF, 1, 2)),
        record("text", UUID.randomUUID().toString(), "no message".getBytes(UTF_8)),
        record("message cut short", UUID.randomUUID().toString(), bytes(0x0A, 0x24, 'a')),
        record("tombstone", UUID.randomUUID().toString(), null),
        record("tombstone without a key", null, null),
        record("garbage without a key", null, bytes(0xFF, 0xFF)),
        record("garbage with a key that is no id", "?", bytes(0xFF, 0xFF)),
        record("garbage with an empty key", "", bytes(0xFF, 0xFF)),
        record("garbage with a key of two lines", "a\nb\u0000c", bytes(0xFF, 0xFF)),
        record("garbage with a giant key", "k".repeat(GIANT), bytes(0xFF)),
        record("empty message", UUID.randomUUID().toString(), bytes()),
        record("empty message without a key", null, bytes()),
        record("giant garbage", UUID.randomUUID().toString(), giantGarbage()),
        new BadRecord(
            "garbage with a giant header",
            UUID.randomUUID().toString(),
            bytes(0xFF),
            List.of(new Header("traceparent", new byte[GIANT]))));
  }

  /** Headers that mean nothing; each list goes with a record that is good. */
  public static Map<String, List<Header>> headers() {
    Map<String, List<Header>> headers = new LinkedHashMap<>();
    headers.put("attempt too large", List.of(Header.of("vignette-attempt", "99999999999")));
    headers.put("attempt negative", List.of(Header.of("vignette-attempt", "-1")));
    headers.put("attempt a text", List.of(Header.of("vignette-attempt", "second")));
    headers.put("attempt without a value", List.of(new Header("vignette-attempt", null)));
    headers.put(
        "attempt twice",
        List.of(Header.of("vignette-attempt", "1"), Header.of("vignette-attempt", "x")));
    headers.put(
        "no UTF-8",
        List.of(
            new Header("vignette-attempt", bytes(0xC3, 0x28)),
            new Header("traceparent", bytes(0xFF, 0xFE))));
    headers.put("content type of something else", List.of(Header.of("content-type", "image/png")));
    headers.put("trace of nothing", List.of(Header.of("traceparent", "00-zz-zz-zz")));
    return headers;
  }

  /**
   * Jobs with an id of their own that no gateway would write, made of one that is good: each must
   * end in exactly one result, and that is a failure.
   */
  public static Map<String, CaptionJob> failingJobs(CaptionJob good) {
    Map<String, CaptionJob> jobs = new LinkedHashMap<>();
    jobs.put("unknown priority", job(good).setPriorityValue(UNKNOWN).build());
    jobs.put("negative priority", job(good).setPriorityValue(-1).build());
    jobs.put("unknown prompt kind", job(good).addPrompts(prompt(UNKNOWN, "x")).build());
    jobs.put("negative prompt kind", job(good).addPrompts(prompt(-1, "x")).build());
    jobs.put("no model", job(good).clearModel().build());
    jobs.put("giant model name", job(good).setModel("m".repeat(GIANT / 2)).build());
    jobs.put("no image", job(good).clearImage().build());
    jobs.put(
        "image of a newer kind", job(good).setImage(newer(ImageReference.newBuilder())).build());
    jobs.put("deadline never", job(good).setDeadline(NEVER).build());
    jobs.put("deadline before all time", job(good).setDeadline(BEFORE_ALL).build());
    jobs.put("deadline with bad nanoseconds", job(good).setDeadline(BAD_NANOS).build());
    jobs.put("submitted never", job(good).setSubmittedAt(NEVER).build());
    jobs.put("submitted before all time", job(good).setSubmittedAt(BEFORE_ALL).build());
    jobs.put("too many tokens", job(good).setGeneration(tokens(Integer.MAX_VALUE)).build());
    jobs.put("negative tokens", job(good).setGeneration(tokens(Integer.MIN_VALUE)).build());
    jobs.put("5,000 prompts", prompts(job(good), 5_000).build());
    jobs.put("giant prompt", job(good).addPrompts(prompt(2, "p".repeat(GIANT / 2))).build());
    jobs.put(
        "blank prompt",
        job(good).addPrompts(prompt(2, " \u0000")).addPrompts(prompt(2, " ")).build());
    jobs.put("20,000 pairs of metadata", metadata(job(good), 20_000).build());
    jobs.put("giant metadata", job(good).putMetadata("k", "v".repeat(GIANT / 2)).build());
    jobs.put("giant client reference", job(good).setClientReference("r".repeat(GIANT / 2)).build());
    jobs.put("giant tenant", job(good).setTenant("t".repeat(GIANT / 2)).build());
    jobs.put("giant batch id", job(good).setBatchId("b".repeat(GIANT / 2)).build());
    jobs.put("giant fingerprint", job(good).setRequestFingerprint("f".repeat(GIANT / 2)).build());
    jobs.put("port above 65535", job(good).setImage(url("http://example.com:70000/a")).build());
    jobs.put("port 0", job(good).setImage(url("http://example.com:0/a")).build());
    jobs.put("no web address", job(good).setImage(url("file:///etc/passwd")).build());
    jobs.put("giant address", job(good).setImage(url("http://a/" + "x".repeat(GIANT / 2))).build());
    jobs.put(
        "giant blob",
        job(good).setImage(ImageReference.newBuilder().setBlob("b".repeat(GIANT / 2))).build());
    jobs.put(
        "announced size of minus one", job(good).setImage(image(good).setSizeBytes(1)).build());
    jobs.put("checksum of garbage", job(good).setImage(image(good).setSha256("\u0000")).build());
    return jobs;
  }

  /**
   * Events of one job, {@code jobId}, that end it however odd the rest of them is. Folded in any
   * state they leave it ended, and it can be shown.
   */
  public static Map<String, JobEvent> endingEvents(String jobId) {
    Map<String, JobEvent> events = new LinkedHashMap<>();
    for (double number :
        List.of(
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            -1.0,
            1.0000001,
            Double.MAX_VALUE)) {
      events.put(
          "confidence " + number, answered(jobId, Answer.newBuilder().setConfidence(number)));
    }
    events.put(
        "negative counts of tokens",
        answered(
            jobId, Answer.newBuilder().setPromptTokens(-1).setOutputTokens(Integer.MIN_VALUE)));
    events.put(
        "unknown finish reason",
        answered(jobId, Answer.newBuilder().setFinishReasonValue(UNKNOWN)));
    events.put(
        "unknown prompt kind",
        answered(jobId, Answer.newBuilder().setPrompt(prompt(UNKNOWN, "?"))));
    events.put("text of NUL", answered(jobId, Answer.newBuilder().setText("a\u0000b\u2028c")));
    events.put(
        "negative batch size and timings",
        event(jobId)
            .setSucceeded(
                Succeeded.newBuilder()
                    .addAnswers(Answer.newBuilder().setText("a cat"))
                    .setBatchSize(-1)
                    .setTimings(timings(-1)))
            .build());
    events.put(
        "timings beyond all time",
        event(jobId)
            .setSucceeded(Succeeded.newBuilder().setTimings(timings(Long.MAX_VALUE)))
            .build());
    events.put(
        "giant worker and version",
        event(jobId)
            .setSucceeded(
                Succeeded.newBuilder()
                    .setWorker("w".repeat(200_000))
                    .setModelVersion("v".repeat(200_000)))
            .build());
    events.put("unknown code", failed(jobId, "Not A Code!"));
    events.put("giant code", failed(jobId, "c".repeat(400_000)));
    events.put("no code", failed(jobId, ""));
    events.put("code of a newer version", failed(jobId, "image.too_beautiful"));
    events.put(
        "absurd origin",
        event(jobId)
            .setFailed(
                Failed.newBuilder()
                    .setError(JobError.newBuilder().setCode("image.corrupt"))
                    .setOrigin(
                        Origin.newBuilder()
                            .setPartition(-1)
                            .setOffset(Long.MIN_VALUE)
                            .setDeliveryCount(-7)))
            .build());
    for (Timestamp time : List.of(NEVER, BEFORE_ALL, BAD_NANOS)) {
      events.putAll(endingAt(jobId, time.getSeconds() + " s " + time.getNanos() + " ns", time));
    }
    ABSURD_TIMES.forEach((name, time) -> events.putAll(endingAt(jobId, name, time)));
    events.put("no time", ending(event(jobId).clearAt()));
    events.put("unknown priority", ending(identified(jobId, identity().setPriorityValue(UNKNOWN))));
    events.put(
        "giant tenant", ending(identified(jobId, identity().setTenant("t".repeat(400_000)))));
    events.put(
        "giant reference",
        ending(identified(jobId, identity().setClientReference("r".repeat(400_000)))));
    events.put(
        "giant batch", ending(identified(jobId, identity().setBatchId("b".repeat(400_000)))));
    events.put("giant model", ending(identified(jobId, identity().setModel("m".repeat(400_000)))));
    events.put(
        "giant metadata",
        ending(identified(jobId, identity().putMetadata("k", "v".repeat(400_000)))));
    for (int attempt : List.of(Integer.MIN_VALUE, -1, Integer.MAX_VALUE)) {
      events.put("attempt " + attempt, ending(event(jobId).setAttempt(attempt)));
    }
    events.put("fields of a newer version", ending(newer(event(jobId))));
    return events;
  }

  private static Map<String, JobEvent> endingAt(String jobId, String name, Timestamp time) {
    return Map.of(
        "at " + name, ending(event(jobId).setAt(time)),
        "submitted_at " + name, ending(identified(jobId, identity().setSubmittedAt(time))),
        "deadline " + name, ending(identified(jobId, identity().setDeadline(time))));
  }

  /** Events of one job that do not end it and say what cannot be. */
  public static Map<String, JobEvent> openEvents(String jobId) {
    Map<String, JobEvent> events = new LinkedHashMap<>();
    events.put("a fact of a newer version", newer(event(jobId)).build());
    events.put(
        "absurd position",
        event(jobId)
            .setSubmitted(
                Submitted.newBuilder()
                    .setTopic("t".repeat(300_000))
                    .setPartition(-5)
                    .setOffset(Long.MAX_VALUE))
            .build());
    events.put(
        "attempt beyond all numbers",
        event(jobId)
            .setAttempt(Integer.MAX_VALUE)
            .setStarted(Started.getDefaultInstance())
            .build());
    events.put(
        "retried beyond all numbers",
        event(jobId)
            .setAttempt(Integer.MAX_VALUE)
            .setRetried(Retried.newBuilder().setNotBefore(NEVER))
            .build());
    ABSURD_TIMES.forEach(
        (name, time) ->
            events.put(
                "at and submitted_at " + name,
                identified(jobId, identity().setSubmittedAt(time))
                    .setAt(time)
                    .setSubmitted(Submitted.getDefaultInstance())
                    .build()));
    return events;
  }

  private static CaptionJob.Builder job(CaptionJob good) {
    return good.toBuilder().setJobId(UUID.randomUUID().toString());
  }

  private static ImageReference.Builder image(CaptionJob good) {
    return good.getImage().toBuilder();
  }

  private static ImageReference url(String url) {
    return ImageReference.newBuilder().setUrl(url).build();
  }

  private static Generation tokens(int most) {
    return Generation.newBuilder().setMaxNewTokens(most).build();
  }

  private static Prompt prompt(int kind, String text) {
    return Prompt.newBuilder().setKindValue(kind).setText(text).build();
  }

  private static CaptionJob.Builder prompts(CaptionJob.Builder job, int count) {
    for (int i = 0; i < count; i++) {
      job.addPrompts(prompt(3, "what?"));
    }
    return job;
  }

  private static CaptionJob.Builder metadata(CaptionJob.Builder job, int pairs) {
    for (int i = 0; i < pairs; i++) {
      job.putMetadata("key-" + i, "a value");
    }
    return job;
  }

  private static JobEvent.Builder event(String jobId) {
    return JobEvent.newBuilder()
        .setJobId(jobId)
        .setAt(Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000))
        .setAttempt(1)
        .setSource("stranger");
  }

  private static JobEvent answered(String jobId, Answer.Builder answer) {
    return event(jobId).setSucceeded(Succeeded.newBuilder().addAnswers(answer)).build();
  }

  private static JobEvent failed(String jobId, String code) {
    return event(jobId)
        .setFailed(
            Failed.newBuilder().setError(JobError.newBuilder().setCode(code).setMessage("m")))
        .build();
  }

  private static JobEvent ending(JobEvent.Builder event) {
    return event
        .setSucceeded(Succeeded.newBuilder().addAnswers(Answer.newBuilder().setText("a cat")))
        .build();
  }

  private static JobIdentity.Builder identity() {
    return JobIdentity.newBuilder();
  }

  private static JobEvent.Builder identified(String jobId, JobIdentity.Builder identity) {
    return event(jobId).setIdentity(identity);
  }

  private static Timings timings(long micros) {
    return Timings.newBuilder()
        .setQueueUs(micros)
        .setFetchUs(micros)
        .setDecodeUs(micros)
        .setResizeUs(micros)
        .setBatchWaitUs(micros)
        .setInferUs(micros)
        .setTotalUs(micros)
        .build();
  }

  /** With a field that a later version may add, also to a oneof. */
  @SuppressWarnings("unchecked") // A builder's own methods return itself.
  private static <B extends Message.Builder> B newer(B builder) {
    UnknownFieldSet.Field field = UnknownFieldSet.Field.newBuilder().addVarint(1).build();
    return (B)
        builder.setUnknownFields(UnknownFieldSet.newBuilder().addField(9_999, field).build());
  }

  private static BadRecord record(String name, @Nullable String key, byte @Nullable [] value) {
    return new BadRecord(name, key, value, List.of());
  }

  private static byte[] giantGarbage() {
    byte[] garbage = new byte[GIANT];
    Arrays.fill(garbage, (byte) 0xFF);
    return garbage;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
