package io.vignette.benchmarks;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.images.codec.TargetSize;
import io.vignette.images.tensor.BicubicResize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * From a file's bytes to the pixels a model takes: decoding and resizing in one thread, by JMH.
 *
 * <p>As a program it takes {@value #FULL} or {@value #SCALED} and files, and prints {@code FILE
 * MILLISECONDS}, the quickest of five iterations each. In this JVM, not in one of JMH's: whoever
 * starts it has pinned it to a core.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PixelPreparation {
  /** Every pixel is decoded. */
  static final String FULL = "full";

  /** JPEGs may be decoded at a fraction of their size. */
  static final String SCALED = "scaled";

  private static final int MODEL_SIDE = 224;

  /** Set by {@link #main}. */
  @Param("")
  public String file = "";

  /** The same. */
  @Param(FULL)
  public String decode = FULL;

  private final ImageDecoder decoder = new ImageDecoder();
  private byte[] bytes = {};
  private Optional<TargetSize> target = Optional.empty();

  @Setup
  public void read() throws IOException {
    bytes = Files.readAllBytes(Path.of(file));
    target =
        decode.equals(SCALED)
            ? Optional.of(new TargetSize(MODEL_SIDE, MODEL_SIDE))
            : Optional.empty();
  }

  @Benchmark
  public byte[] prepare() throws ImageRejectedException {
    DecodedImage image = decoder.decode(bytes, ImageLimits.defaults(), target, () -> {});
    return BicubicResize.resize(image, MODEL_SIDE, MODEL_SIDE);
  }

  public static void main(String[] args) throws Exception {
    var results =
        new Runner(
                new OptionsBuilder()
                    .include(PixelPreparation.class.getName())
                    .param("decode", args[0])
                    .param("file", Arrays.copyOfRange(args, 1, args.length))
                    .forks(0)
                    .warmupIterations(5)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    for (RunResult result : results) {
      System.out.printf(
          Locale.ROOT,
          "%s %.4f%n",
          result.getParams().getParam("file"),
          result.getPrimaryResult().getStatistics().getMin());
    }
  }
}
