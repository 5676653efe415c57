package io.vignette.gateway.api;

import com.google.protobuf.Timestamp;
import io.vignette.gateway.api.CaptionView.AnswerView;
import io.vignette.gateway.api.CaptionView.ErrorView;
import io.vignette.gateway.api.CaptionView.LinksView;
import io.vignette.gateway.api.CaptionView.QueueView;
import io.vignette.gateway.api.CaptionView.TimingsView;
import io.vignette.gateway.queue.QueueEstimate;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Prompt;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Timings;
import io.vignette.wire.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns statuses into what clients see. */
final class Views {
  private Views() {}

  static String pathOf(String id) {
    return CaptionsResource.PATH + "/" + id;
  }

  /** A job that has just been taken and whose event has not come round yet. */
  static CaptionView accepted(JobId id) {
    JobStatus queued =
        JobStatus.newBuilder().setJobId(id.toString()).setState(State.QUEUED).setAttempt(1).build();
    return of(queued, Optional.empty());
  }

  static CaptionView of(JobStatus status, Optional<QueueEstimate> queue) {
    JobIdentity identity = status.getIdentity();
    CaptionResult result = status.getResult();
    boolean isEnded = status.hasResult();
    List<AnswerView> answers = result.getAnswersList().stream().map(Views::answer).toList();
    return new CaptionView(
        status.getJobId(),
        status.getState().name(),
        status.getAttempt(),
        answers.isEmpty() ? null : answers.getFirst().text(),
        answers.isEmpty() ? null : answers,
        result.hasError() ? error(result.getError()) : null,
        text(identity.getModel()),
        text(result.getModelVersion()),
        text(identity.getClientReference()),
        identity.getMetadataCount() == 0 ? null : Map.copyOf(identity.getMetadataMap()),
        identity.hasSubmittedAt() ? instant(identity.getSubmittedAt()) : null,
        status.hasSince() ? instant(status.getSince()) : null,
        status.hasNotBefore() ? instant(status.getNotBefore()) : null,
        identity.hasDeadline() ? instant(identity.getDeadline()) : null,
        isEnded && result.hasFinishedAt() ? instant(result.getFinishedAt()) : null,
        result.hasTimings() ? timings(result.getTimings()) : null,
        result.getBatchSize() == 0 ? null : result.getBatchSize(),
        text(result.getWorker()),
        queue.map(Views::queue).orElse(null),
        new LinksView(pathOf(status.getJobId())));
  }

  private static QueueView queue(QueueEstimate estimate) {
    return new QueueView(
        estimate.position(), estimate.untilTurn().map(Duration::toSeconds).orElse(null));
  }

  private static AnswerView answer(Answer answer) {
    Prompt.Kind kind = answer.getPrompt().getKind();
    return new AnswerView(
        (kind == Prompt.Kind.KIND_UNSPECIFIED ? Prompt.Kind.CAPTION : kind)
            .name()
            .toLowerCase(Locale.ROOT),
        text(answer.getPrompt().getText()),
        answer.getText(),
        answer.getFinishReason() == Answer.FinishReason.FINISH_REASON_UNSPECIFIED
            ? null
            : answer.getFinishReason().name().toLowerCase(Locale.ROOT),
        answer.getPromptTokens(),
        answer.getOutputTokens(),
        answer.hasConfidence() ? answer.getConfidence() : null,
        answer.getLowConfidence());
  }

  private static ErrorView error(JobError error) {
    return new ErrorView(
        error.getCode(), error.getMessage(), text(error.getStage()), error.getRetryable());
  }

  private static TimingsView timings(Timings timings) {
    return new TimingsView(
        timings.getQueueUs(),
        timings.getFetchUs(),
        timings.getDecodeUs(),
        timings.getResizeUs(),
        timings.getBatchWaitUs(),
        timings.getInferUs(),
        timings.getTotalUs());
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }

  private static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }
}
