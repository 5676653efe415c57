package io.vignette.gateway.status;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Timings;
import java.util.UUID;

/** Statuses for tests. */
final class Statuses {
  private Statuses() {}

  static JobStatus queued(UUID id, long deadlineSeconds) {
    return JobStatus.newBuilder()
        .setJobId(id.toString())
        .setState(State.QUEUED)
        .setAttempt(1)
        .setIdentity(identity(deadlineSeconds))
        .setSince(at(1))
        .setQueuedAt(
            Submitted.newBuilder()
                .setTopic("vignette.jobs.interactive")
                .setPartition(1)
                .setOffset(7))
        .setEventOffset(3)
        .build();
  }

  static JobStatus succeeded(UUID id, long endSeconds) {
    JobStatus queued = queued(id, 86_400);
    JobIdentity identity = queued.getIdentity();
    return queued.toBuilder()
        .setState(State.SUCCEEDED)
        .setSince(at(endSeconds))
        .setResult(
            CaptionResult.newBuilder()
                .setJobId(id.toString())
                .setTenant(identity.getTenant())
                .setClientReference(identity.getClientReference())
                .setModel(identity.getModel())
                .setState(State.SUCCEEDED)
                .setAttempt(1)
                .putAllMetadata(identity.getMetadataMap())
                .setRequestFingerprint(identity.getRequestFingerprint())
                .setSubmittedAt(identity.getSubmittedAt())
                .setFinishedAt(at(endSeconds))
                .setWorker("worker-1")
                .setModelVersion("1")
                .setBatchSize(16)
                .setTimings(Timings.newBuilder().setInferUs(12_345).setTotalUs(23_456))
                .addAnswers(
                    Answer.newBuilder()
                        .setText("a red circle left of a blue square on a white background")
                        .setConfidence(0.93)
                        .setFinishReason(Answer.FinishReason.STOP)
                        .setPromptTokens(2)
                        .setOutputTokens(13)))
        .build();
  }

  static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  private static JobIdentity identity(long deadlineSeconds) {
    return JobIdentity.newBuilder()
        .setTenant("default")
        .setClientReference("folder/picture-000123.jpg")
        .setModel("tiny-blip2")
        .setSubmittedAt(at(1))
        .setDeadline(at(deadlineSeconds))
        .setRequestFingerprint("0123456789abcdef".repeat(4))
        .build();
  }
}
