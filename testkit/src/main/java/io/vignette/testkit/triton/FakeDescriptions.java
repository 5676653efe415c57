package io.vignette.testkit.triton;

import io.vignette.proto.inference.DataType;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelInput;
import io.vignette.proto.inference.ModelMetadataResponse;
import io.vignette.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.vignette.proto.inference.ModelOutput;
import io.vignette.proto.inference.ServerMetadataResponse;
import java.util.List;

/** What a server says about itself and about a model's tensors. */
final class FakeDescriptions {

  private FakeDescriptions() {}

  static ServerMetadataResponse ofServer() {
    return ServerMetadataResponse.newBuilder()
        .setName("triton")
        .setVersion("2.51.0")
        .addExtensions("model_configuration")
        .addExtensions("statistics")
        .build();
  }

  static ModelMetadataResponse of(ModelConfig config) {
    ModelMetadataResponse.Builder metadata =
        ModelMetadataResponse.newBuilder()
            .setName(config.getName())
            .addVersions("1")
            .setPlatform(config.getPlatform());
    boolean batching = config.getMaxBatchSize() > 0;
    for (ModelInput input : config.getInputList()) {
      metadata.addInputs(
          tensor(input.getName(), input.getDataType(), input.getDimsList(), batching));
    }
    for (ModelOutput output : config.getOutputList()) {
      metadata.addOutputs(
          tensor(output.getName(), output.getDataType(), output.getDimsList(), batching));
    }
    return metadata.build();
  }

  private static TensorMetadata tensor(
      String name, DataType type, List<Long> dims, boolean batching) {
    TensorMetadata.Builder tensor =
        TensorMetadata.newBuilder().setName(name).setDatatype(Tensors.nameOf(type));
    if (batching) {
      tensor.addShape(-1);
    }
    return tensor.addAllShape(dims).build();
  }
}
