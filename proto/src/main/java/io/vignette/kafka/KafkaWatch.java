package io.vignette.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vignette.wire.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka every second whether it is there.
 *
 * <pre>
 *   new ── start() ──► PRESENT ◄──► AWAY ── close() ──► closed
 * </pre>
 *
 * <p>Thread-safe. Kafka counts as away when a question had no answer for 5 s and no other client of
 * this process had one either ({@link #heard()}): so it is known within 6 s, and a slow answer is
 * an answer. The first answer ends the absence, which is asked for four times a second then.
 * Present until the first question had no answer, so that a start does not look like an absence.
 *
 * <p>Does not guarantee that every broker is there: one that answers is enough.
 */
public final class KafkaWatch implements AutoCloseable {
  /** From an answer to the next question. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** The same while Kafka is away. */
  private static final Duration INTERVAL_AWAY = Duration.ofMillis(250);

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  /** Less than the limit, so that another broker is asked before it is over. */
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(3);

  private static final Duration RECONNECT_MAX = Duration.ofMillis(500);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /** Is told what to log. Called on the watch's thread; must not block, nor throw. */
  public interface Listener {

    /**
     * Kafka is away: told when it is known, and once a minute as long as it lasts.
     *
     * @param why the addresses that were asked, and what the client said
     */
    void away(String why);

    /** Kafka is there again, after so long. */
    void back(Duration after);
  }

  private final KafkaConnection kafka;
  private final Listener listener;
  private final OutageLog log = new OutageLog();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<CompletableFuture<?>> waiting = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean present = true;
  private volatile long heardNanos = System.nanoTime();
  private @Nullable Admin admin;

  public KafkaWatch(KafkaConnection kafka, Listener listener) {
    this.kafka = kafka;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("kafka-watch").unstarted(this::run);
  }

  /** Begins to ask. Call once. */
  public void start() {
    thread.start();
  }

  /** Whether Kafka counts as present. */
  public boolean isPresent() {
    return present;
  }

  /** Notes that another client of this process had an answer from Kafka just now. */
  public void heard() {
    heardNanos = System.nanoTime();
  }

  /**
   * Does {@code work} where Kafka is present, and waits for it no longer than Kafka is.
   *
   * @param work is not begun where Kafka is away
   * @return completes as the work does; fails with {@link KafkaAwayException} where Kafka is away,
   *     or is found to be before the work ends: the work itself goes on then
   */
  public <T> CompletionStage<T> whilePresent(Supplier<CompletionStage<T>> work) {
    if (!present) {
      return CompletableFuture.failedStage(KafkaAwayException.notBegun());
    }
    CompletableFuture<T> outcome = new CompletableFuture<>();
    waiting.add(outcome);
    outcome.whenComplete((value, failure) -> waiting.remove(outcome));
    begun(work)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                heard();
                outcome.complete(value);
              } else {
                outcome.completeExceptionally(failure);
              }
            });
    if (!present) { // Since the check, and those that waited then have been told.
      outcome.completeExceptionally(KafkaAwayException.begun());
    }
    return outcome;
  }

  private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Ends the questions; what waits goes on waiting for its work. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      do {
        ask();
      } while (!closing.await((present ? INTERVAL : INTERVAL_AWAY).toMillis(), MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    } finally {
      Admin opened = admin;
      if (opened != null) {
        opened.close(Duration.ZERO);
      }
    }
  }

  private void ask() throws InterruptedException {
    long askedNanos = System.nanoTime();
    try {
      opened().describeCluster().clusterId().get(2 * ANSWER_LIMIT.toMillis(), MILLISECONDS);
      present = true;
      log.succeeded().ifPresent(listener::back);
    } catch (ExecutionException e) {
      unanswered(askedNanos, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | KafkaException e) { // The latter: no client could be made.
      unanswered(askedNanos, e);
    }
  }

  private void unanswered(long askedNanos, Throwable cause) {
    if (heardNanos - askedNanos > 0 || closing.getCount() == 0) {
      return;
    }
    present = false;
    waiting.forEach(each -> each.completeExceptionally(KafkaAwayException.begun()));
    if (log.failed()) {
      listener.away(
          kafka.properties().get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)
              + ": "
              + cause.getMessage());
    }
  }

  private Admin opened() {
    Admin current = admin;
    if (current == null) {
      current =
          Admin.create(
              kafka.with(
                  Map.of(
                      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                      (int) ANSWER_LIMIT.toMillis(),
                      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                      (int) REQUEST_LIMIT.toMillis(),
                      AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                      RECONNECT_MAX.toMillis())));
      admin = current;
    }
    return current;
  }
}
