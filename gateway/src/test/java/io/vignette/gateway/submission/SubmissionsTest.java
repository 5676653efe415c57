package io.vignette.gateway.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vignette.gateway.queue.FixedQueue;
import io.vignette.gateway.queue.QueueBounds;
import io.vignette.gateway.queue.QueueWatch;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.FileBlobStore;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.ImageReference.LocationCase;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.JobId;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests without a key; those with one need the table and are tried against a real broker. */
class SubmissionsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Topics TOPICS = Topics.standard();

  @TempDir private Path blobs;
  private final FakeJobLog log = new FakeJobLog();
  private Submissions submissions;

  @BeforeEach
  void makeSubmissions() throws Exception {
    KafkaConnection nowhere = KafkaConnection.plaintext("localhost:1");
    JobTable table =
        new JobTable(nowhere, TOPICS, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
    submissions =
        new Submissions(
            log,
            table,
            TOPICS,
            ModelRepository.load(RepositoryFiles.models()),
            new FileBlobStore(blobs),
            ImageLimits.defaults(),
            new FixedConfig(),
            new DeploymentSecret(KafkaConnection.plaintext("localhost:1"), TOPICS, Optional::empty),
            new QueueBounds(table, new QueueWatch(nowhere, TOPICS, table, CLOCK), new FixedQueue()),
            CLOCK);
  }

  @Test
  void jobIsWrittenBeforeItsEvent() throws Exception {
    JobId id = submit(request(new ImageInput.Inline(new byte[] {1, 2}, "image/png")));

    CaptionJob job = log.jobs().getFirst();
    JobEvent event = log.events().getFirst();
    assertThat(log.order()).containsExactly("job", "event");
    assertThat(job.getJobId()).isEqualTo(id.toString());
    assertThat(job.getModel()).isEqualTo("tiny-blip2");
    assertThat(job.getDeadline().getSeconds())
        .isEqualTo(NOW.plus(Duration.ofHours(24)).getEpochSecond());
    assertThat(event.getSubmitted().getTopic()).isEqualTo(TOPICS.jobsInteractive());
    assertThat(event.getSubmitted().getOffset()).isEqualTo(FakeJobLog.OFFSET);
    assertThat(event.getIdentity().getRequestFingerprint())
        .isEqualTo(job.getRequestFingerprint())
        .hasSize(64);
  }

  @Test
  void bulkJobsGoToTheirOwnTopic() throws Exception {
    submit(request(new ImageInput.Url("https://example.org/a.png"), Priority.BULK));

    assertThat(log.events().getFirst().getSubmitted().getTopic()).isEqualTo(TOPICS.jobsBulk());
  }

  @Test
  void imageOf256KibTravelsInTheJob() throws Exception {
    submit(request(new ImageInput.Inline(new byte[256 * 1024], "image/png")));

    assertThat(log.jobs().getFirst().getImage().getLocationCase()).isEqualTo(LocationCase.INLINE);
  }

  @Test
  void largerImageGoesToTheBlobStore() throws Exception {
    submit(request(new ImageInput.Inline(new byte[256 * 1024 + 1], "image/png")));

    CaptionJob job = log.jobs().getFirst();
    assertThat(job.getImage().getLocationCase()).isEqualTo(LocationCase.BLOB);
    assertThat(new FileBlobStore(blobs).read(job.getImage().getBlob(), Integer.MAX_VALUE))
        .hasSize(256 * 1024 + 1);
    assertThat(job.getImage().getSha256()).hasSize(64);
  }

  @Test
  void blobOfAJobThatKafkaCannotTakeIsForgottenAtOnce() {
    log.failJobs(Reason.REQUEST_TOO_LARGE);

    assertThat(reasonOf(request(new ImageInput.Inline(new byte[256 * 1024 + 1], "image/png"))))
        .isEqualTo(Reason.REQUEST_TOO_LARGE);

    assertThat(blobs).isEmptyDirectory();
  }

  @Test
  void whileKafkaIsAwayNoImageIsStored() {
    log.takeNothing();

    assertThat(reasonOf(request(new ImageInput.Inline(new byte[256 * 1024 + 1], "image/png"))))
        .isEqualTo(Reason.QUEUE_UNAVAILABLE);

    assertThat(blobs).isEmptyDirectory();
    assertThat(log.order()).isEmpty();
  }

  @Test
  void blobOfAJobThatMayHaveBeenWrittenStays() {
    log.failJobs(Reason.QUEUE_UNAVAILABLE);

    assertThat(reasonOf(request(new ImageInput.Inline(new byte[256 * 1024 + 1], "image/png"))))
        .isEqualTo(Reason.QUEUE_UNAVAILABLE);

    assertThat(blobs).isNotEmptyDirectory();
  }

  @Test
  void traceIsTheSameOnJobAndEvent() throws Exception {
    CaptionRequest request = request(new ImageInput.Blob("run:7", 1, ""));
    TraceContext trace = TraceContext.fresh();

    submissions.submit(request, trace).toCompletableFuture().get(10, TimeUnit.SECONDS);
    submissions.submitOwn(request).toCompletableFuture().get(10, TimeUnit.SECONDS);

    assertThat(log.traces().subList(0, 2)).containsOnly(trace);
    assertThat(log.traces().get(2)).isEqualTo(log.traces().get(3)).isNotEqualTo(trace);
  }

  @Test
  void eventTellsTheBytesThatAreKept() throws Exception {
    submit(request(new ImageInput.Inline(new byte[300_000], "image/png")));
    submit(request(new ImageInput.Url("https://example.org/a.png")));
    submit(request(new ImageInput.Blob("s3:7", 5, "")));

    assertThat(log.events())
        .extracting(event -> event.getSubmitted().getImageBytes())
        .containsExactly(300_000L, 0L, 0L);
  }

  @Test
  void referenceIsPassedOnAsItIs() throws Exception {
    submit(request(new ImageInput.Blob("run:7", 0, "")));

    assertThat(log.jobs().getFirst().getImage().getBlob()).isEqualTo("run:7");
  }

  @Test
  void emptyImageIsRefusedAndNothingWritten() {
    assertThat(reasonOf(request(new ImageInput.Inline(new byte[0], ""))))
        .isEqualTo(Reason.IMAGE_EMPTY);
    assertThat(log.order()).isEmpty();
    assertThat(submissions.counters().rejected(Reason.IMAGE_EMPTY)).isEqualTo(1);
  }

  @Test
  void oversizedImageIsRefused() {
    assertThat(reasonOf(request(new ImageInput.Blob("run:7", 65L << 20, ""))))
        .isEqualTo(Reason.IMAGE_TOO_LARGE);
  }

  @Test
  void unconfirmedJobIsNotAccepted() {
    log.failJobs(Reason.QUEUE_UNAVAILABLE);

    assertThat(reasonOf(request(new ImageInput.Blob("run:7", 1, ""))))
        .isEqualTo(Reason.QUEUE_UNAVAILABLE);
    assertThat(log.events()).isEmpty();
    assertThat(submissions.counters().accepted()).isZero();
  }

  @Test
  void fingerprintIsOfWhatWasAsked() throws Exception {
    ImageInput image = new ImageInput.Blob("run:7", 0, "");
    submit(request(image));
    submit(request(image));
    submit(request(new ImageInput.Blob("run:8", 0, "")));
    submit(request(image, Priority.BULK));

    assertThat(log.jobs())
        .extracting(CaptionJob::getRequestFingerprint)
        .satisfies(all -> assertThat(all.get(0)).isEqualTo(all.get(1)))
        .satisfies(all -> assertThat(all.subList(1, 4)).doesNotHaveDuplicates());
  }

  private JobId submit(CaptionRequest request) throws Exception {
    return submissions
        .submit(request, TraceContext.fresh())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private Reason reasonOf(CaptionRequest request) {
    Throwable failure = catchThrowable(() -> submit(request));
    assertThat(failure).isInstanceOf(ExecutionException.class);
    return ((RejectedException) failure.getCause()).reason();
  }

  private static CaptionRequest request(ImageInput image) {
    return request(image, Priority.INTERACTIVE);
  }

  private static CaptionRequest request(ImageInput image, Priority priority) {
    return new CaptionRequest(
        "default",
        Optional.empty(),
        "a.png",
        image,
        Optional.empty(),
        List.of(Prompt.newBuilder().setKind(Prompt.Kind.QUESTION).setText("Why?").build()),
        Generation.getDefaultInstance(),
        priority,
        Optional.empty(),
        Map.of("key", "value"));
  }
}
