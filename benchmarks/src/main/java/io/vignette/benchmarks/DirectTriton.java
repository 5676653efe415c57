package io.vignette.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc;
import io.vignette.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.rows.Padding;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.triton.Endpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The least a client of a Triton server can do: ready requests, some of them in flight, answers
 * counted and thrown away.
 *
 * <p>Arguments: model repository, folder of pictures, endpoint, batches in flight, pictures to
 * infer after the warm-up. Prints {@code images_per_second=…} and {@code cpu_millis=…}, the
 * client's processor time a picture.
 */
public final class DirectTriton {

  private static final int WARM_UP_PICTURES = 2_000;

  private final GRPCInferenceServiceStub server;
  private final List<ModelInferRequest> requests;
  private final int inFlightMax;

  private DirectTriton(
      GRPCInferenceServiceStub server, List<ModelInferRequest> requests, int inFlightMax) {
    this.server = server;
    this.requests = requests;
    this.inFlightMax = inFlightMax;
  }

  public static void main(String[] args) throws Exception {
    Model model = ModelRepository.load(Path.of(args[0])).defaultModel();
    int size = model.preferredBatchSize();
    List<ModelInferRequest> requests =
        ReadyBatches.of(model, Path.of(args[1]), size).stream().map(DirectTriton::request).toList();
    Endpoint endpoint = Endpoint.parse(args[2]);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port()).usePlaintext().build();
    try {
      DirectTriton direct =
          new DirectTriton(
              GRPCInferenceServiceGrpc.newStub(channel), requests, Integer.parseInt(args[3]));
      direct.run(WARM_UP_PICTURES / size);
      int batches = Math.ceilDiv(Integer.parseInt(args[4]), size);
      long cpu = ProcessCpu.ofThisProcess();
      long start = System.nanoTime();
      direct.run(batches);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "images_per_second=%.3f%ncpu_millis=%.3f%n",
          batches * size / seconds,
          (ProcessCpu.ofThisProcess() - cpu) / 1e6 / (batches * size));
    } finally {
      channel.shutdownNow();
    }
  }

  private void run(int batches) throws InterruptedException {
    Semaphore places = new Semaphore(inFlightMax);
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (int i = 0; i < batches && !failed.isDone(); i++) {
      places.acquire();
      server.modelInfer(requests.get(i % requests.size()), new Counting(places, failed));
    }
    places.acquire(inFlightMax);
    failed.complete(null);
    failed.join();
  }

  private record Counting(Semaphore places, CompletableFuture<Void> failed)
      implements StreamObserver<ModelInferResponse> {

    @Override
    public void onNext(ModelInferResponse answer) {}

    @Override
    public void onError(Throwable thrown) {
      failed.completeExceptionally(thrown);
      places.release();
    }

    @Override
    public void onCompleted() {
      places.release();
    }
  }

  private static ModelInferRequest request(InferenceBatch batch) {
    Model model = batch.model();
    List<Row> rows = Row.of(batch.items());
    Padding padding = new Padding(model.profile().text(), rows);
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model.name());
    add(
        request,
        ModelTensors.PIXELS,
        "UINT8",
        pixels(batch),
        rows.size(),
        model.imageHeight(),
        model.imageWidth(),
        3);
    ByteString ids = longs(padding.size(), padding::inputIds);
    ByteString mask = longs(padding.size(), padding::attentionMask);
    ByteString limits = longs(rows.size(), padding::maxNewTokens);
    add(request, ModelTensors.INPUT_IDS, "INT64", ids, rows.size(), padding.length());
    add(request, ModelTensors.ATTENTION_MASK, "INT64", mask, rows.size(), padding.length());
    add(request, ModelTensors.MAX_NEW_TOKENS, "INT64", limits, rows.size(), 1);
    return request.build();
  }

  /** In one piece, as a client with nothing else to do would have them. */
  private static ByteString pixels(InferenceBatch batch) {
    ByteBuffer all =
        ByteBuffer.allocate(batch.items().stream().mapToInt(item -> item.picture().length).sum());
    batch.items().stream().map(InferenceItem::picture).forEach(all::put);
    return UnsafeByteOperations.unsafeWrap(all.flip());
  }

  private static ByteString longs(int count, Consumer<LongBuffer> filling) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    filling.accept(bytes.asLongBuffer());
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static void add(
      ModelInferRequest.Builder request,
      String name,
      String type,
      ByteString content,
      long... shape) {
    var input = ModelInferRequest.InferInputTensor.newBuilder().setName(name).setDatatype(type);
    for (long dim : shape) {
      input.addShape(dim);
    }
    request.addInputs(input).addRawInputContents(content);
  }
}
