package io.vignette.worker.preparation;

import io.vignette.images.DecodedImage;
import io.vignette.images.EncodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.images.codec.TargetSize;
import io.vignette.images.source.ImageLoader;
import io.vignette.proto.v1.ImageReference;
import io.vignette.wire.Reason;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches on a virtual thread a job, decodes and resizes on a bounded pool of platform threads.
 *
 * <p>Large pictures have a thread of their own, so one of them is in memory decoded while small
 * ones go on, and one more only where a decode goes on that nobody wants. Bytes that come with the
 * job skip the virtual thread. Queues are bounded by the leases: nothing is handed in that no lane
 * holds.
 */
public final class PooledPreparer implements Preparer {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final int SMALL_BESIDE = 8;

  /** Each takes much memory. */
  private static final int LARGE_BESIDE = 1;

  private final ImageLoader loader;
  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageLimits limits;
  private final ImageLimits smallLimits;
  private final boolean scaledDecode;
  private final ExecutorService fetches;
  private final DecodeThreads small;
  private final DecodeThreads large;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger decoding = new AtomicInteger();

  private record Fetched(EncodedImage image, long nanos) {}

  /** What one job asked for. */
  private record Wish(
      PictureForm form,
      Watcher watcher,
      CompletionStage<?> unwanted,
      CompletableFuture<PreparedImage> prepared) {
    void begin() {
      if (unwanted.toCompletableFuture().isDone()) {
        throw new CancellationException("decoding: not begun, nobody wants the picture");
      }
      watcher.decoding();
    }
  }

  /**
   * @param threads for small pictures, from 1
   * @param largeFromPixels pictures of more pixels, or of deeper ones that take as much memory, are
   *     large, from 1
   * @param scaledDecode whether pictures may be reduced while they are decoded
   */
  public PooledPreparer(
      ImageLoader loader,
      ImageLimits limits,
      int threads,
      long largeFromPixels,
      boolean scaledDecode) {
    this.loader = loader;
    this.limits = limits;
    this.scaledDecode = scaledDecode;
    this.smallLimits =
        new ImageLimits(
            limits.maxBytes(),
            Math.min(limits.maxPixels(), largeFromPixels),
            limits.connectTimeout(),
            limits.fetchTimeout());
    this.fetches =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fetch-", 0).factory());
    this.small =
        new DecodeThreads(
            threads, SMALL_BESIDE, Thread.ofPlatform().name("decode-", 0).daemon(true).factory());
    this.large =
        new DecodeThreads(
            1, LARGE_BESIDE, Thread.ofPlatform().name("decode-large-", 0).daemon(true).factory());
  }

  @Override
  public CompletionStage<PreparedImage> prepare(
      ImageReference image, PictureForm form, Watcher watcher, CompletionStage<?> unwanted) {
    CompletableFuture<PreparedImage> prepared = new CompletableFuture<>();
    Wish wish = new Wish(form, watcher, unwanted, prepared);
    open.incrementAndGet();
    if (image.hasInline()) {
      decodeAfter(wish, () -> decodeSmall(fetch(image), wish));
    } else {
      FutureTask<Void> fetching =
          new FutureTask<Void>(
              () ->
                  step(
                      prepared,
                      () -> {
                        Fetched fetched = fetch(image);
                        decodeAfter(wish, () -> decodeSmall(fetched, wish));
                      }),
              null) {
            @Override
            protected void done() {
              if (isCancelled()) {
                prepared.completeExceptionally(new CancellationException("fetch: cut"));
              }
            }
          };
      execute(fetches, prepared, fetching);
      unwanted.whenComplete((end, thrown) -> fetching.cancel(true));
    }
    // Whoever hears of the end finds it counted.
    return prepared.whenComplete((done, thrown) -> open.decrementAndGet());
  }

  private void decodeAfter(Wish wish, Step decoding) {
    this.decoding.incrementAndGet();
    wish.prepared().whenComplete((end, fault) -> this.decoding.decrementAndGet());
    wish.watcher()
        .fetched()
        .whenComplete(
            (done, thrown) -> {
              if (thrown == null) {
                run(small.until(wish.unwanted()), wish.prepared(), decoding);
              } else {
                wish.prepared().completeExceptionally(thrown);
              }
            });
  }

  /** Whether pictures should be reduced while they are decoded, and nothing here can do that. */
  public boolean lacksScaledDecode() {
    return scaledDecode && !decoder.hasLibturbojpeg();
  }

  /** Of those that are open, pictures whose bytes are there. */
  public int decoding() {
    return decoding.get();
  }

  /** Pictures handed in and not ready yet. */
  public int open() {
    return open.get();
  }

  @FunctionalInterface
  private interface Step {
    void run() throws ImageRejectedException;
  }

  /** Runs a step; whatever it throws ends the preparation. */
  private static void run(Executor executor, CompletableFuture<PreparedImage> prepared, Step step) {
    execute(executor, prepared, () -> step(prepared, step));
  }

  private static void step(CompletableFuture<PreparedImage> prepared, Step step) {
    try {
      step.run();
    } catch (ImageRejectedException | RuntimeException | Error e) {
      prepared.completeExceptionally(e);
    }
  }

  private static void execute(
      Executor executor, CompletableFuture<PreparedImage> prepared, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      prepared.completeExceptionally(e);
    }
  }

  private Fetched fetch(ImageReference image) throws ImageRejectedException {
    long start = System.nanoTime();
    EncodedImage encoded = loader.load(image);
    return new Fetched(encoded, System.nanoTime() - start);
  }

  private void decodeSmall(Fetched fetched, Wish wish) throws ImageRejectedException {
    try {
      wish.prepared().complete(decode(fetched, smallLimits, wish));
    } catch (ImageRejectedException e) {
      boolean isLarge =
          e.reason() == Reason.IMAGE_TOO_MANY_PIXELS
              && limits.maxPixels() > smallLimits.maxPixels();
      if (!isLarge) {
        throw e;
      }
      run(
          large.until(wish.unwanted()),
          wish.prepared(),
          () -> wish.prepared().complete(decode(fetched, limits, wish)));
    }
  }

  private PreparedImage decode(Fetched fetched, ImageLimits within, Wish wish)
      throws ImageRejectedException {
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    Optional<TargetSize> target = scaledDecode ? wish.form().target() : Optional.empty();
    DecodedImage decoded = decoder.decode(fetched.image().bytes(), within, target, wish::begin);
    long decodedAt = System.nanoTime();
    byte[] picture = wish.form().of(decoded);
    long resizedAt = System.nanoTime();
    return new PreparedImage(
        picture,
        fetched.nanos(),
        decodedAt - start,
        resizedAt - decodedAt,
        THREADS.getCurrentThreadCpuTime() - cpuBefore);
  }

  @Override
  public void close() {
    fetches.shutdown();
    small.close();
    large.close();
    loader.close();
  }
}
