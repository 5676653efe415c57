package io.vignette.ledger.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.vignette.proto.v1.CaptionResult;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads JSON results, as strictly as Protobuf does. */
record JsonDeserializer() implements Deserializer<CaptionResult> {

  @Override
  public CaptionResult deserialize(String topic, byte[] data) {
    CaptionResult.Builder result = CaptionResult.newBuilder();
    try {
      JsonFormat.parser().merge(new String(data, UTF_8), result);
    } catch (InvalidProtocolBufferException e) {
      throw new SerializationException(topic, e);
    }
    return result.build();
  }
}
