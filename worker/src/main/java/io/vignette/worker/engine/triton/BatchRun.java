package io.vignette.worker.engine.triton;

import com.google.protobuf.ByteString;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.rows.RowAnswer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One batch's way through a server.
 *
 * <p>A picture with one prompt goes through the ensemble. A picture with several goes through the
 * vision encoder once, and each of its prompts through the language model; so does any picture
 * whose features are still there, without the encoder. No call has more rows than the server takes.
 * A single row that breaks the model is inferred once more, as many times over as fill the server's
 * batch.
 *
 * <p>Used once, by one thread; answers come on others.
 */
final class BatchRun {
  private final TritonCall call;
  private final ServedModel served;
  private final Inferences inferences;
  private final FeatureCache cache;
  private final TritonListener listener;

  // Written by start() only.
  private final Map<Integer, PictureHash> hashes = new HashMap<>();
  private final Map<PictureHash, ByteString> known = new HashMap<>();
  private final Map<PictureHash, byte[]> unknown = new LinkedHashMap<>();

  BatchRun(
      TritonCall call,
      ServedModel served,
      Inferences inferences,
      FeatureCache cache,
      TritonListener listener) {
    this.call = call;
    this.served = served;
    this.inferences = inferences;
    this.cache = cache;
    this.listener = listener;
  }

  /** Sends the first calls. */
  void start() {
    List<Row> plain = new ArrayList<>();
    List<Row> toLlm = new ArrayList<>();
    for (Row row : Row.of(call.batch().items())) {
      (goesThroughEnsemble(row.item()) ? plain : toLlm).add(row);
    }
    if (!known.isEmpty()) {
      listener.featuresReused(known.size());
    }
    chunks(plain, served.ensembleRowsMax()).forEach(this::askEnsemble);
    askLlm(rowsOf(toLlm, known), known);
    chunks(List.copyOf(unknown.entrySet()), served.encoderRowsMax())
        .forEach(pictures -> encode(pictures, toLlm));
  }

  private boolean goesThroughEnsemble(int index) {
    InferenceItem item = call.batch().items().get(index);
    if (hashes.containsKey(index)) {
      return false; // A further prompt about the same picture.
    }
    boolean single = item.prompts().size() == 1;
    if (single && cache.isEmpty()) {
      return true; // Spares the hash.
    }
    PictureHash hash = PictureHash.of(item.picture());
    Optional<ByteString> features = cache.find(served.model().name(), hash);
    if (single && features.isEmpty()) {
      return true;
    }
    hashes.put(index, hash);
    features.ifPresentOrElse(
        there -> known.put(hash, there), () -> unknown.put(hash, item.picture()));
    return false;
  }

  private static <T> List<List<T>> chunks(List<T> all, int most) {
    List<List<T>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      chunks.add(all.subList(from, Math.min(from + most, all.size())));
    }
    return chunks;
  }

  private List<Row> rowsOf(List<Row> rows, Map<PictureHash, ByteString> features) {
    return rows.stream().filter(row -> features.containsKey(hashes.get(row.item()))).toList();
  }

  private void askEnsemble(List<Row> rows) {
    alone(rows, served.ensembleRowsMax(), this::ensemble)
        .whenComplete((answers, thrown) -> deliver(rows, answers, thrown));
  }

  private CompletableFuture<List<RowAnswer>> ensemble(List<Row> rows) {
    List<byte[]> pictures =
        rows.stream().map(row -> call.batch().items().get(row.item()).picture()).toList();
    return inferences.infer(
        call,
        Step.ENSEMBLE,
        rows.size(),
        InferRequest.ensemble(served.model(), pictures, rows),
        answer -> answer.texts(served, rows));
  }

  /**
   * Asks; and asks again if a single one broke the model, as the only one in the server's batch.
   * The server joins requests, this worker's and others', and what one of them breaks fails all:
   * only a request that leaves no room for another tells which it was.
   *
   * @param rowsMax of the server's batch
   */
  private static <Q, A> CompletableFuture<List<A>> alone(
      List<Q> asked, int rowsMax, Function<List<Q>, CompletableFuture<List<A>>> ask) {
    CompletableFuture<List<A>> first = ask.apply(asked);
    if (asked.size() != 1 || rowsMax == 1) {
      return first;
    }
    return first.exceptionallyCompose(
        thrown ->
            InferenceFailure.from(thrown).kind() == InferenceFailure.Kind.BACKEND
                ? ask.apply(Collections.nCopies(rowsMax, asked.getFirst()))
                    .thenApply(answers -> answers.subList(0, 1))
                : CompletableFuture.failedFuture(thrown));
  }

  private void encode(List<Map.Entry<PictureHash, byte[]>> pictures, List<Row> toLlm) {
    alone(pictures, served.encoderRowsMax(), this::features)
        .thenApply(made -> kept(pictures, made))
        .whenComplete(
            (features, thrown) -> {
              if (features == null || thrown != null) {
                fail(rowsOf(toLlm, pictures), thrown);
              } else {
                askLlm(rowsOf(toLlm, features), features);
              }
            });
  }

  private List<Row> rowsOf(List<Row> rows, List<Map.Entry<PictureHash, byte[]>> pictures) {
    Map<PictureHash, ByteString> wanted = new HashMap<>();
    pictures.forEach(picture -> wanted.put(picture.getKey(), ByteString.EMPTY));
    return rowsOf(rows, wanted);
  }

  /** One picture's features, and the version of the encoder that made them. */
  private record Encoded(ByteString features, String version) {}

  private CompletableFuture<List<Encoded>> features(List<Map.Entry<PictureHash, byte[]>> pictures) {
    return inferences.infer(
        call,
        Step.ENCODER,
        pictures.size(),
        InferRequest.visionEncoder(
            served.model(), pictures.stream().map(Map.Entry::getValue).toList()),
        answer ->
            answer.features(served, pictures.size()).stream()
                .map(features -> new Encoded(features, answer.response().getModelVersion()))
                .toList());
  }

  private Map<PictureHash, ByteString> kept(
      List<Map.Entry<PictureHash, byte[]>> pictures, List<Encoded> encoded) {
    Map<PictureHash, ByteString> made = new HashMap<>();
    for (int i = 0; i < encoded.size(); i++) {
      PictureHash hash = pictures.get(i).getKey();
      Encoded one = encoded.get(i);
      made.put(hash, one.features());
      cache.keep(served.model().name(), one.version(), hash, one.features());
    }
    return made;
  }

  private void askLlm(List<Row> rows, Map<PictureHash, ByteString> features) {
    chunks(rows, served.llmRowsMax()).forEach(chunk -> askLlmAtOnce(chunk, features));
  }

  private void askLlmAtOnce(List<Row> rows, Map<PictureHash, ByteString> features) {
    alone(rows, served.llmRowsMax(), some -> llm(some, features))
        .whenComplete((answers, thrown) -> deliver(rows, answers, thrown));
  }

  private CompletableFuture<List<RowAnswer>> llm(
      List<Row> rows, Map<PictureHash, ByteString> features) {
    List<ByteString> own =
        rows.stream()
            .map(row -> features.getOrDefault(hashes.get(row.item()), ByteString.EMPTY))
            .toList();
    return inferences.infer(
        call,
        Step.LLM,
        rows.size(),
        InferRequest.llm(served, own, rows),
        answer -> answer.texts(served, rows));
  }

  private void deliver(
      List<Row> rows, @Nullable List<RowAnswer> answers, @Nullable Throwable thrown) {
    if (answers == null || thrown != null) {
      fail(rows, thrown);
      return;
    }
    for (int i = 0; i < rows.size(); i++) {
      call.answer(rows.get(i), answers.get(i));
    }
  }

  private void fail(List<Row> rows, @Nullable Throwable thrown) {
    call.fail(
        rows,
        thrown == null ? InferenceFailure.backend("answer: none") : InferenceFailure.from(thrown));
  }
}
