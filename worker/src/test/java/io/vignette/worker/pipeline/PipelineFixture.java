package io.vignette.worker.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vignette.models.Model;
import io.vignette.models.ModelFiles;
import io.vignette.models.ModelProfile;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Origin;
import io.vignette.proto.v1.Prompt;
import io.vignette.proto.v1.SoloMark;
import io.vignette.records.JobLimits;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import io.vignette.worker.batch.BatchRequest;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.outcome.OutcomePublisher;
import io.vignette.worker.preparation.PictureForm;
import io.vignette.worker.preparation.PreparedImage;
import io.vignette.worker.preparation.Preparer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A pipeline among fakes that do as told and note what they are given. */
final class PipelineFixture {
  record Moved(String topic, Map<String, String> headers) {}

  static final int SLOW_IMAGES_MAX = 4;
  static final Topics TOPICS = Topics.standard();
  static final TraceContext TRACE = TraceContext.fresh();

  final List<JobEvent> events = new CopyOnWriteArrayList<>();
  final List<Moved> moved = new CopyOnWriteArrayList<>();
  final List<BatchRequest> batches = new CopyOnWriteArrayList<>();
  final List<Throwable> faults = new CopyOnWriteArrayList<>();
  final AtomicLong offsets = new AtomicLong();
  volatile CompletionStage<PreparedImage> prepared =
      CompletableFuture.completedFuture(new PreparedImage(new byte[3], 1_000, 2_000, 3_000, 4_000));
  volatile CompletableFuture<Void> fetched = CompletableFuture.completedFuture(null);
  volatile CompletableFuture<BatchedAnswer> answer = answer("a cat", -0.5);
  volatile boolean engineReady = true;
  volatile boolean boards;
  volatile boolean cancelled;
  volatile boolean kafkaDown;
  volatile boolean marksDown;
  volatile boolean suspicionFails;
  volatile boolean engineInProcess = true;
  volatile String words = "a cat";

  final FakeMarks marks = new FakeMarks();

  final JobPipeline pipeline = pipeline(Duration.ofSeconds(45));

  JobPipeline pipeline(Duration budget) {
    Clock clock = Clock.systemUTC();
    OutcomePublisher outcomes =
        new OutcomePublisher(this::publish, this::move, TOPICS, "w1", clock);
    return new JobPipeline(
        new JobPipeline.Ports(
            name -> name.equals("m") ? Optional.of(model()) : Optional.empty(),
            new FakePrompts(),
            new FakePreparer(),
            this::infer,
            () -> engineReady,
            engineInProcess,
            marks,
            id -> cancelled,
            outcomes,
            new PipelineListener() {
              @Override
              public void fault(LeasedJob job, Throwable cause) {
                faults.add(cause);
              }

              @Override
              public void suspected(LeasedJob job) {
                if (suspicionFails) {
                  throw new IllegalStateException("suspicion: fails");
                }
              }
            },
            clock),
        new PipelineSettings(budget, 3, 5, JobLimits.defaults()),
        SLOW_IMAGES_MAX);
  }

  private CompletionStage<Void> publish(JobEvent event, Map<String, String> headers) {
    if (kafkaDown) {
      return CompletableFuture.failedFuture(new IllegalStateException("kafka: down"));
    }
    events.add(event);
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<Void> move(
      String topic, String id, byte[] job, Map<String, String> headers) {
    moved.add(new Moved(topic, headers));
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<BatchedAnswer> infer(BatchRequest request) {
    batches.add(request);
    if (boards) {
      request.boarded().run();
    }
    return answer;
  }

  static CompletableFuture<BatchedAnswer> answer(String text, double score) {
    return CompletableFuture.completedFuture(
        new BatchedAnswer(
            List.of(new GeneratedText.Tokens(new long[text.length()], score)),
            4,
            Duration.ofMillis(1),
            Duration.ofMillis(2)));
  }

  static CompletableFuture<BatchedAnswer> failure(InferenceFailure failure) {
    return CompletableFuture.failedFuture(failure);
  }

  void handle(LeasedJob job) {
    finish(pipeline.handle(job));
  }

  static void finish(CompletionStage<Void> handled) {
    handled.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  String failureCode() {
    assertThat(last().getFactCase()).isEqualTo(JobEvent.FactCase.FAILED);
    return last().getFailed().getError().getCode();
  }

  JobEvent last() {
    return events.getLast();
  }

  List<JobEvent.FactCase> facts() {
    return events.stream().map(JobEvent::getFactCase).toList();
  }

  CaptionJob.Builder job() {
    return CaptionJob.newBuilder()
        .setJobId(JobId.fresh(Clock.systemUTC()).toString())
        .setTenant("t")
        .setClientReference("ref")
        .setModel("m")
        .setSubmittedAt(timestamp(Instant.now()));
  }

  LeasedJob leased(CaptionJob.Builder job, LaneKind lane, int deliveries, int attempt) {
    return leased(job, lane, deliveries, attempt, Duration.ofSeconds(60));
  }

  LeasedJob leased(
      CaptionJob.Builder job, LaneKind lane, int deliveries, int attempt, Duration lease) {
    String topic =
        switch (lane) {
          case INTERACTIVE -> TOPICS.jobsInteractive();
          case BULK -> TOPICS.jobsBulk();
          case SOLO -> TOPICS.jobsSolo();
        };
    Origin origin =
        Origin.newBuilder()
            .setTopic(topic)
            .setOffset(offsets.getAndIncrement())
            .setDeliveryCount(deliveries)
            .build();
    return new LeasedJob(job.build(), lane, origin, attempt, Instant.now().plus(lease), TRACE);
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }

  private static Model model() {
    ModelProfile profile =
        new ModelProfile(
            1,
            "m",
            "",
            "",
            "",
            new ModelProfile.Image(1, 1, ModelProfile.Resample.BICUBIC),
            new ModelProfile.Text("tokenizer.json", 8, 0, List.of(2), List.of(8)),
            new ModelProfile.Templates("", "{}", "{}"),
            new ModelProfile.Generation(new ModelProfile.TokenRange(1, 8, 8)),
            new ModelProfile.Batch(4),
            new ModelProfile.Confidence(0.5));
    Path none = Path.of("none");
    return new Model("m", "7", profile, Optional.of(new ModelFiles(none, none, none)), 10, 4, 8);
  }

  private final class FakePrompts implements Prompts {
    @Override
    public List<EncodedPrompt> encode(Model model, List<Prompt> prompts, Generation generation)
        throws JobRejectedException {
      if (generation.getMaxNewTokens() > 8) {
        throw new JobRejectedException(
            io.vignette.wire.Reason.GENERATION_TOO_LONG,
            "max_new_tokens: 9 (expected: at most 8)",
            new IllegalArgumentException());
      }
      return prompts.stream()
          .<EncodedPrompt>map(prompt -> new EncodedPrompt.Tokens(new long[2], 8))
          .toList();
    }

    @Override
    public String decode(Model model, GeneratedText text) {
      return words;
    }

    @Override
    public Answer.FinishReason finishReason(Model model, GeneratedText text) {
      return Answer.FinishReason.STOP;
    }
  }

  /** Marks in memory, and all that were written. */
  final class FakeMarks implements SoloMarks {
    final Map<String, SoloMark> latest = new ConcurrentHashMap<>();
    final List<SoloMark> written = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<SoloMark> of(String jobId) {
      return marksDown
          ? CompletableFuture.failedFuture(new IllegalStateException("kafka: down"))
          : CompletableFuture.completedFuture(
              latest.getOrDefault(jobId, SoloMark.getDefaultInstance()));
    }

    @Override
    public CompletionStage<Void> put(SoloMark mark) {
      if (marksDown) {
        return CompletableFuture.failedFuture(new IllegalStateException("kafka: down"));
      }
      latest.put(mark.getJobId(), mark);
      written.add(mark);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> close(SoloMark mark) {
      return put(mark).handle((done, thrown) -> null);
    }
  }

  private final class FakePreparer implements Preparer {
    @Override
    public CompletionStage<PreparedImage> prepare(
        ImageReference image, PictureForm form, Watcher watcher, CompletionStage<?> unwanted) {
      return fetched
          .thenCompose(done -> watcher.fetched())
          .thenCompose(
              done -> {
                watcher.decoding();
                return prepared;
              });
    }

    @Override
    public void close() {}
  }
}
