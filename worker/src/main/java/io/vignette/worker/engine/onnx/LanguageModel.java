package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.rows.Padding;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.rows.RowAnswer;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The graph from image features and prompts to answers. */
final class LanguageModel implements AutoCloseable {
  private static final Set<OnnxJavaType> INT64 = Set.of(OnnxJavaType.INT64);
  private static final Set<OnnxJavaType> FLOAT = Set.of(OnnxJavaType.FLOAT);

  private final Model model;
  private final Graph graph;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  private LanguageModel(Model model, Graph graph) {
    this.model = model;
    this.graph = graph;
  }

  static LanguageModel load(Model model, OnnxSettings settings) throws InferenceFailure {
    return new LanguageModel(model, Graph.load(model.llmFile(), settings));
  }

  /**
   * Checks that the graph has the tensors that the repository's configuration promises, and takes
   * what the vision encoder gives.
   */
  void check(GraphTensors visionEncoder) throws InferenceFailure {
    GraphTensors inputs = graph.inputs();
    ImageFeatures.requireSame(inputs, visionEncoder);
    inputs.require(ModelTensors.INPUT_IDS, INT64, GraphTensors.OPEN, GraphTensors.OPEN);
    inputs.require(ModelTensors.ATTENTION_MASK, INT64, GraphTensors.OPEN, GraphTensors.OPEN);
    inputs.require(ModelTensors.MAX_NEW_TOKENS, INT64, GraphTensors.OPEN, 1);
    GraphTensors outputs = graph.outputs();
    outputs.require(ModelTensors.OUTPUT_IDS, INT64, GraphTensors.OPEN, model.maxNewTokens());
    outputs.require(ModelTensors.OUTPUT_LENGTHS, INT64, GraphTensors.OPEN, 1);
    outputs.require(ModelTensors.SCORES, FLOAT, GraphTensors.OPEN, 1);
  }

  /** Answers all rows, in runs of at most the model's largest batch. */
  List<RowAnswer> answer(
      ImageFeatures features, List<Row> rows, Scratch scratch, OrtSession.RunOptions runOptions)
      throws OrtException {
    OnnxTensor all = features.tensor();
    if (rows.size() == all.getInfo().getShape()[0]) {
      return run(all, rows, scratch, runOptions); // One row a picture: no copy needed.
    }
    ByteBuffer source = all.getByteBuffer();
    List<RowAnswer> answers = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += model.maxBatchSize()) {
      List<Row> chunk = rows.subList(from, Math.min(from + model.maxBatchSize(), rows.size()));
      try (OnnxTensor own = featuresOf(chunk, source, all.getInfo(), scratch)) {
        answers.addAll(run(own, chunk, scratch, runOptions));
      }
    }
    return answers;
  }

  /** The features of each row's picture, one after another. */
  private OnnxTensor featuresOf(List<Row> rows, ByteBuffer source, TensorInfo info, Scratch scratch)
      throws OrtException {
    int rowBytes = source.capacity() / Math.toIntExact(info.getShape()[0]);
    ByteBuffer target = scratch.bytes(Scratch.Use.IMAGE_FEATURES, rows.size() * rowBytes);
    for (Row row : rows) {
      target.put(source.slice(row.item() * rowBytes, rowBytes));
    }
    long[] shape = info.getShape().clone();
    shape[0] = rows.size();
    return OnnxTensor.createTensor(environment, target.flip(), shape, info.type);
  }

  private List<RowAnswer> run(
      OnnxTensor features, List<Row> rows, Scratch scratch, OrtSession.RunOptions runOptions)
      throws OrtException {
    Padding padding = new Padding(model.profile().text(), rows);
    long[] promptShape = {rows.size(), padding.length()};
    LongBuffer ids = scratch.longs(Scratch.Use.INPUT_IDS, padding.size());
    LongBuffer mask = scratch.longs(Scratch.Use.ATTENTION_MASK, padding.size());
    LongBuffer limits = scratch.longs(Scratch.Use.MAX_NEW_TOKENS, rows.size());
    try (OnnxTensor inputIds = tensor(padding.inputIds(ids), promptShape);
        OnnxTensor attentionMask = tensor(padding.attentionMask(mask), promptShape);
        OnnxTensor maxNewTokens =
            tensor(padding.maxNewTokens(limits), new long[] {rows.size(), 1});
        OrtSession.Result result =
            graph.run(
                Map.of(
                    ModelTensors.IMAGE_FEATURES, features,
                    ModelTensors.INPUT_IDS, inputIds,
                    ModelTensors.ATTENTION_MASK, attentionMask,
                    ModelTensors.MAX_NEW_TOKENS, maxNewTokens),
                runOptions)) {
      return read(result, rows);
    }
  }

  private List<RowAnswer> read(OrtSession.Result result, List<Row> rows) throws OrtException {
    return RowAnswer.read(
        ImageFeatures.tensor(result, ModelTensors.OUTPUT_IDS).getLongBuffer(),
        ImageFeatures.tensor(result, ModelTensors.OUTPUT_LENGTHS).getLongBuffer(),
        ImageFeatures.tensor(result, ModelTensors.SCORES).getFloatBuffer(),
        rows,
        model);
  }

  private OnnxTensor tensor(LongBuffer values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, values, shape);
  }

  @Override
  public void close() throws InferenceFailure {
    graph.close();
  }
}
