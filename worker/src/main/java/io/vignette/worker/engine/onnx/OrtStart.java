package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The start of ONNX Runtime.
 *
 * <p>ONNX Runtime 1.29 searches the command line of the process with a function that calls itself
 * once for every few characters. A common thread's stack of 1 MB is too small where the command
 * line is longer than a few kB (some hundred pictures named one by one), and the process would end
 * by SIGSEGV. So it is started on a thread whose stack fits the command line.
 */
final class OrtStart {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final long STACK_BYTES_MIN = 16L << 20;

  /** 215 to 335 were needed, by trial with command lines of 25 kB to 1.25 MB. */
  private static final long STACK_BYTES_A_CHARACTER = 512;

  private OrtStart() {}

  /**
   * Waits for it; cheap where it has been started before.
   *
   * @throws LinkageError if the native library can't be loaded
   */
  static OrtEnvironment environment() {
    CompletableFuture<OrtEnvironment> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("onnx-start")
        .stackSize(stackBytes())
        .start(() -> started.completeAsync(OrtEnvironment::getEnvironment, Runnable::run));
    try {
      return started.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /** Memory is taken only for what of it is used, and given back when the thread ends. */
  private static long stackBytes() {
    try {
      long characters = Files.readAllBytes(COMMAND_LINE).length;
      return STACK_BYTES_MIN + STACK_BYTES_A_CHARACTER * characters;
    } catch (IOException e) {
      return STACK_BYTES_MIN; // Not Linux: there is no such file for ONNX Runtime either.
    }
  }
}
