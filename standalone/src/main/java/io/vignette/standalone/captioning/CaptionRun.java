package io.vignette.standalone.captioning;

import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.gateway.submission.Submissions;
import io.vignette.images.source.RunFiles;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Timings;
import io.vignette.standalone.input.NamedImage;
import io.vignette.standalone.output.CaptionRecord;
import io.vignette.standalone.output.Journal;
import io.vignette.standalone.output.OutputException;
import io.vignette.wire.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run over a list of pictures.
 *
 * <p>Submits the pictures in order with a bounded number in flight, takes the results from the
 * results topic in whatever order they come, appends each to the journal and keeps it for the
 * output. A picture that fails costs only itself.
 *
 * <p>{@link #accept} is called by the results feed's thread, {@link #run} by one other.
 */
public final class CaptionRun {

  /** Enough to keep two batches in the engine, two prepared and the lanes' next fetches busy. */
  private static final int IN_FLIGHT_MAX = 256;

  private static final String TENANT = "local";
  private static final long LOOK_UP_MILLIS = 100;

  private final CaptionPlan plan;
  private final RunFiles files;
  private final Journal journal;
  private final Interruption interruption;
  private final RunListener listener;
  private final RunFigures figures;
  private final String runId = UUID.randomUUID().toString();
  private final @Nullable CaptionRecord[] records;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
  private final Object lock = new Object();
  private @Nullable OutputException broken;
  private volatile @Nullable Throwable systemFailure;

  /**
   * @param finished records of an earlier run, by id; their pictures are not captioned again
   */
  public CaptionRun(
      CaptionPlan plan,
      Map<String, CaptionRecord> finished,
      RunFiles files,
      Journal journal,
      Interruption interruption,
      RunListener listener) {
    this.plan = plan;
    this.files = files;
    this.journal = journal;
    this.interruption = interruption;
    this.listener = listener;
    this.records = new CaptionRecord[plan.images().size()];
    for (int i = 0; i < records.length; i++) {
      records[i] = finished.get(plan.images().get(i).id());
    }
    int kept = (int) Arrays.stream(records).filter(Objects::nonNull).count();
    this.figures = new RunFigures(records.length, kept);
  }

  public RunFigures figures() {
    return figures;
  }

  /**
   * Submits everything and waits until every picture has its record, or until somebody interrupts.
   *
   * @throws OutputException if the journal can't be written; the run stops
   */
  public void run(Submissions submissions) throws OutputException, InterruptedException {
    for (int i = 0; i < records.length && mayGoOn(); i++) {
      if (records[i] == null && acquire()) {
        submit(submissions, i);
      }
    }
    while (mayGoOn()
        && !inFlight.tryAcquire(IN_FLIGHT_MAX, LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
      check();
    }
    check();
  }

  /** Takes a free place, looking up now and then whether somebody interrupted. */
  private boolean acquire() throws InterruptedException, OutputException {
    while (mayGoOn()) {
      if (inFlight.tryAcquire(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
      check();
    }
    return false;
  }

  private boolean mayGoOn() {
    return !interruption.isRequested();
  }

  private void submit(Submissions submissions, int index) {
    NamedImage image = plan.images().get(index);
    CaptionRequest request =
        new CaptionRequest(
            TENANT,
            Optional.empty(),
            reference(index),
            new ImageInput.Blob(files.register(image.file()), 0, ""),
            plan.model(),
            plan.prompts(),
            plan.generation(),
            Priority.BULK,
            Optional.empty(),
            Map.of());
    submissions
        .submit(request)
        .whenComplete(
            (id, failure) -> {
              if (failure != null) {
                refused(index, failure);
              }
            });
  }

  private String reference(int index) {
    return runId + ":" + index;
  }

  private void refused(int index, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    Reason reason =
        cause instanceof RejectedException rejected ? rejected.reason() : Reason.INTERNAL;
    String message =
        cause instanceof RejectedException
            ? String.valueOf(cause.getMessage())
            : "submission: " + cause;
    store(
        index,
        CaptionRecord.failed(plan.images().get(index).id(), reason.code(), message),
        () -> figures.failed(reason.code(), Timings.getDefaultInstance()));
  }

  /** Takes a result of the results topic; one that is not of this run is ignored. */
  public void accept(CaptionResult result) {
    String reference = result.getClientReference();
    if (!reference.startsWith(runId + ":")) {
      return;
    }
    int index = Integer.parseInt(reference.substring(runId.length() + 1));
    store(
        index,
        Records.of(plan.images().get(index).id(), result),
        () -> {
          if (result.getState() == State.SUCCEEDED) {
            figures.captioned(result);
          } else {
            figures.failed(result.getError().getCode(), result.getTimings());
          }
        });
  }

  private void store(int index, CaptionRecord record, Runnable count) {
    synchronized (lock) {
      if (records[index] != null) {
        return;
      }
      records[index] = record;
      try {
        journal.add(record);
      } catch (OutputException e) {
        broken = e;
      }
      count.run();
      listener.completed(figures);
    }
    inFlight.release();
  }

  /** Says that a part of the system can't work: {@link #run} gives up. */
  public void systemFailed(Throwable failure) {
    systemFailure = failure;
  }

  private void check() throws OutputException {
    Throwable failure = systemFailure;
    if (failure != null) {
      throw new IllegalStateException(
          "the system could not start: " + failure.getMessage(), failure);
    }
    synchronized (lock) {
      if (broken != null) {
        throw broken;
      }
    }
  }

  /** The records so far, in input order. */
  public List<CaptionRecord> records() {
    synchronized (lock) {
      List<CaptionRecord> done = new ArrayList<>(records.length);
      for (CaptionRecord record : records) {
        if (record != null) {
          done.add(record);
        }
      }
      return done;
    }
  }
}
