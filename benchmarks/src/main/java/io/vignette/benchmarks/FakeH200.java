package io.vignette.benchmarks;

import com.google.protobuf.ByteString;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.testkit.triton.FakeModel;
import io.vignette.testkit.triton.FakeTriton;
import io.vignette.worker.prompt.PromptEncoder;
import io.vignette.worker.prompt.PromptRejectedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * A scripted Triton server in this process that computes nothing and answers each batch when one
 * H200 would have captioned it with BLIP-2 OPT-2.7b: batches one after the other, the same caption
 * for every picture.
 *
 * <p>Times are those computed from the GPU's arithmetic and memory for 20 new tokens a picture, not
 * measured ones; between two batch sizes of the table they lie on a straight line. Batches are not
 * joined. Thread-safe.
 */
final class FakeH200 implements AutoCloseable {

  /** What the GPU's arithmetic allows, whatever the batch. */
  static final double IMAGES_PER_SECOND_MAX = 917;

  /** Images a second by batch size. */
  private static final NavigableMap<Integer, Double> IMAGES_PER_SECOND =
      new TreeMap<>(
          Map.of(
              1,
              44.0,
              8,
              279.0,
              16,
              440.0,
              32,
              618.0,
              64,
              775.0,
              128,
              887.0,
              164,
              IMAGES_PER_SECOND_MAX));

  private static final String CAPTION =
      "a small purple square, a small blue circle and a small orange triangle on a gray background";

  private final FakeTriton server;
  private final int slower;
  private final AtomicLong pictures = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong busyNanos = new AtomicLong();

  private FakeH200(FakeTriton server, int slower) {
    this.server = server;
    this.slower = slower;
  }

  /**
   * What the server has done until a moment.
   *
   * @param busyNanos time that the GPU would have computed
   */
  record Counted(long pictures, long batches, long busyNanos) {

    Counted since(Counted before) {
      return new Counted(
          pictures - before.pictures, batches - before.batches, busyNanos - before.busyNanos);
    }
  }

  /**
   * Starts a server of this repository's models.
   *
   * @param answered is told the pictures of each batch that is answered
   */
  static FakeH200 start(Model model, IntConsumer answered)
      throws IOException, PromptRejectedException {
    return start(model, 1, answered);
  }

  /**
   * Starts a slower one.
   *
   * @param slower how many times as long as an H200 it takes
   */
  static FakeH200 start(Model model, int slower, IntConsumer answered)
      throws IOException, PromptRejectedException {
    ByteBuffer caption = caption(model);
    FakeH200 fake = new FakeH200(FakeTriton.start(), slower);
    FakeModel script = fake.server.model(model.name());
    script.keepNoRequests();
    script.take(fake::begin);
    script.doctorAnswers(
        answer -> {
          int rows = write(answer, caption);
          fake.end(rows);
          answered.accept(rows);
        });
    return fake;
  }

  /** The caption's tokens and the model's end of a sentence. */
  private static ByteBuffer caption(Model model) throws IOException, PromptRejectedException {
    long[] tokens;
    try (PromptEncoder encoder = PromptEncoder.load(model)) {
      Prompt words = Prompt.newBuilder().setKind(Prompt.Kind.PREFIX).setText(CAPTION).build();
      tokens =
          encoder
              .encode(List.of(words), Generation.getDefaultInstance())
              .getFirst()
              .tokens()
              .tokenIds();
    }
    // The tokenizer begins with what ends a sentence.
    ByteBuffer bytes = ByteBuffer.allocate(tokens.length * Long.BYTES);
    bytes
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .put(tokens, 1, tokens.length - 1)
        .put(tokens[0]);
    return bytes.asReadOnlyBuffer();
  }

  private Duration begin(int rows) {
    Duration time = time(rows).multipliedBy(slower);
    busyNanos.addAndGet(time.toNanos());
    return time;
  }

  private void end(int rows) {
    pictures.addAndGet(rows);
    batches.incrementAndGet();
  }

  /** How long the GPU computes for a batch. */
  static Duration time(int rows) {
    Map.Entry<Integer, Double> below = IMAGES_PER_SECOND.floorEntry(rows);
    Map.Entry<Integer, Double> above = IMAGES_PER_SECOND.higherEntry(rows);
    double seconds = below.getKey() / below.getValue();
    if (above == null) {
      seconds = rows / IMAGES_PER_SECOND_MAX;
    } else {
      double share = (double) (rows - below.getKey()) / (above.getKey() - below.getKey());
      seconds += share * (above.getKey() / above.getValue() - seconds);
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** Puts the caption in every row. */
  private static int write(ModelInferResponse.Builder answer, ByteBuffer caption) {
    int rows = Math.toIntExact(answer.getOutputs(0).getShape(0));
    for (int i = 0; i < answer.getOutputsCount(); i++) {
      int rowBytes = answer.getRawOutputContents(i).size() / rows;
      ByteBuffer bytes = ByteBuffer.allocate(rows * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (answer.getOutputs(i).getName()) {
        case ModelTensors.OUTPUT_IDS -> {
          for (int row = 0; row < rows; row++) {
            bytes.put(row * rowBytes, caption, 0, caption.limit());
          }
        }
        case ModelTensors.OUTPUT_LENGTHS -> {
          for (int row = 0; row < rows; row++) {
            bytes.putLong(row * rowBytes, caption.limit() / Long.BYTES);
          }
        }
        default -> {
          continue;
        }
      }
      answer.setRawOutputContents(i, ByteString.copyFrom(bytes));
    }
    return rows;
  }

  String endpoint() {
    return server.endpoint();
  }

  Counted counted() {
    return new Counted(pictures.get(), batches.get(), busyNanos.get());
  }

  @Override
  public void close() {
    server.close();
  }
}
