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
import java.util.Arrays;
import java.util.Map;
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
 * results topic in whatever order they come and appends each to the journal, of which it remembers
 * the position only. A picture that fails costs only itself.
 *
 * <p>{@link #accept} is called by the results feed's thread, {@link #run} by one other.
 */
public final class CaptionRun {

  /** Enough for a worker that holds three times what an engine of 128 slots has in work. */
  private static final int IN_FLIGHT_MAX = 1024;

  /** Submitted one after the other without a pause, pictures share requests to the broker. */
  private static final int TOGETHER = 32;

  private static final String TENANT = "local";
  private static final long LOOK_UP_MILLIS = 100;

  private final CaptionPlan plan;
  private final RunFiles files;
  private final Journal journal;
  private final Interruption interruption;
  private final RunListener listener;
  private final RunFigures figures;
  private final String runId = UUID.randomUUID().toString();

  /** Where each picture's record lies in the journal, by place in the plan. */
  private final long[] positions;

  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
  private final Object lock = new Object();
  private @Nullable OutputException broken;
  private volatile @Nullable Throwable systemFailure;

  /**
   * @param finished positions in the journal of what earlier runs finished, by id; those pictures
   *     are not captioned again
   */
  public CaptionRun(
      CaptionPlan plan,
      Map<String, Long> finished,
      RunFiles files,
      Journal journal,
      Interruption interruption,
      RunListener listener) {
    this.plan = plan;
    this.files = files;
    this.journal = journal;
    this.interruption = interruption;
    this.listener = listener;
    this.positions =
        plan.images().stream()
            .mapToLong(image -> finished.getOrDefault(image.id(), Journal.NOWHERE))
            .toArray();
    int kept = (int) Arrays.stream(positions).filter(at -> at != Journal.NOWHERE).count();
    this.figures = new RunFigures(positions.length, kept);
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
    int places = 0;
    for (int i = 0; i < positions.length && mayGoOn(); i++) {
      if (!isOpen(i)) {
        continue;
      }
      if (places == 0 && acquire()) {
        places = TOGETHER;
      }
      if (places > 0) {
        places--;
        submit(submissions, i);
      }
    }
    inFlight.release(places);
    while (mayGoOn()
        && !inFlight.tryAcquire(IN_FLIGHT_MAX, LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
      check();
    }
    check();
  }

  private boolean isOpen(int index) {
    synchronized (lock) {
      return positions[index] == Journal.NOWHERE;
    }
  }

  /**
   * Takes free places for {@link #TOGETHER} pictures, looking up now and then whether somebody
   * interrupted.
   */
  private boolean acquire() throws InterruptedException, OutputException {
    while (mayGoOn()) {
      if (inFlight.tryAcquire(TOGETHER, LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
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
        .submitOwn(request)
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
    int index = indexOf(reference.substring(runId.length() + 1));
    if (index < 0) {
      return;
    }
    CaptionRecord record = Records.of(plan.images().get(index).id(), result);
    store(
        index,
        record,
        () -> {
          if (result.getState() == State.SUCCEEDED) {
            figures.captioned(result, record.isUnsure());
          } else {
            figures.failed(result.getError().getCode(), result.getTimings());
          }
        });
  }

  /** The place in the plan; -1 where it is none: somebody else wrote that result. */
  private int indexOf(String text) {
    try {
      int index = Integer.parseInt(text);
      return index < positions.length ? index : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void store(int index, CaptionRecord record, Runnable count) {
    synchronized (lock) {
      if (positions[index] != Journal.NOWHERE || broken != null) {
        return;
      }
      try {
        positions[index] = journal.add(record);
      } catch (OutputException e) {
        broken = e;
        return;
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
      throw new IllegalStateException("the system does not work: " + failure.getMessage(), failure);
    }
    synchronized (lock) {
      if (broken != null) {
        throw broken;
      }
    }
  }

  /** Takes a picture and what is written down about it. */
  @FunctionalInterface
  public interface Visitor {
    void visit(NamedImage image, CaptionRecord record) throws OutputException;
  }

  /** Visits the pictures that have their record by now, in input order. */
  public void forEachRecord(Visitor visitor) throws OutputException {
    synchronized (lock) {
      for (int i = 0; i < positions.length; i++) {
        if (positions[i] != Journal.NOWHERE) {
          visitor.visit(plan.images().get(i), journal.read(positions[i]));
        }
      }
    }
  }
}
