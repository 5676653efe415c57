package io.vignette.gateway.submission;

import io.vignette.gateway.admission.Admission;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.Priority;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes admitted jobs of requests; all but the place of a picture that is yet to be stored. */
final class JobDrafts {
  private final ModelRepository models;
  private final Admission admission;
  private final ImageIntake images;
  private final Duration timeToLiveMax;
  private final DeploymentSecret secret;
  private final Clock clock;

  JobDrafts(
      ModelRepository models,
      Admission admission,
      ImageIntake images,
      Duration timeToLiveMax,
      DeploymentSecret secret,
      Clock clock) {
    this.models = models;
    this.admission = admission;
    this.images = images;
    this.timeToLiveMax = timeToLiveMax;
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * The job that {@code request} asks for.
   *
   * @throws RejectedException if a rule refuses it
   */
  CaptionJob draft(CaptionRequest request) throws RejectedException {
    Duration timeToLive = request.timeToLive().orElse(timeToLiveMax);
    require(admission.checkTimeToLive(timeToLive));
    String model = request.model().orElseGet(() -> models.defaultModel().name());
    ImageReference image = images.refer(request.image());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    CaptionJob job =
        CaptionJob.newBuilder()
            .setJobId(idOf(request).toString())
            .setTenant(request.tenant())
            .setClientReference(request.clientReference())
            .setImage(image)
            .setModel(model)
            .addAllPrompts(request.prompts())
            .setGeneration(request.generation())
            .setPriority(priorityOf(request))
            .setSubmittedAt(JobFacts.timestamp(now))
            .setDeadline(JobFacts.timestamp(now.plus(timeToLive)))
            .putAllMetadata(request.metadata())
            .setRequestFingerprint(Fingerprint.of(request, model, contentOf(image)))
            .build();
    require(admission.check(job));
    return job;
  }

  private JobId idOf(CaptionRequest request) throws RejectedException {
    Optional<String> key = request.idempotencyKey();
    return key.isEmpty()
        ? JobId.fresh(clock)
        : secret
            .idOf(request.tenant(), key.get())
            .orElseThrow(
                () ->
                    new RejectedException(
                        Reason.GATEWAY_BUSY,
                        "idempotency key: the gateway is starting (expected: ready); repeat the"
                            + " request"));
  }

  private static Priority priorityOf(CaptionRequest request) {
    return request.priority() == Priority.BULK ? Priority.BULK : Priority.INTERACTIVE;
  }

  private static String contentOf(ImageReference image) {
    if (!image.getSha256().isEmpty()) {
      return image.getSha256();
    }
    return image.getLocationCase() == ImageReference.LocationCase.URL
        ? image.getUrl()
        : image.getBlob();
  }

  private static void require(Optional<Refusal> refusal) throws RejectedException {
    if (refusal.isPresent()) {
      throw RejectedException.of(refusal.get());
    }
  }
}
