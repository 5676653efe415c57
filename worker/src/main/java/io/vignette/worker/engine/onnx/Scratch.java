package io.vignette.worker.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * Direct memory that one engine thread reuses for the tensors of its batches, so that ONNX Runtime
 * reads it in place.
 *
 * <p>Not thread-safe. Grows to the largest batch seen, which {@code max_batch_size} bounds. A
 * buffer is valid until the same one is asked for again.
 */
final class Scratch {
  enum Use {
    PIXELS,
    IMAGE_FEATURES,
    INPUT_IDS,
    ATTENTION_MASK,
    MAX_NEW_TOKENS
  }

  private final Map<Use, ByteBuffer> buffers = new EnumMap<>(Use.class);

  /** A buffer from 0 to {@code size}; its content is whatever was there. */
  ByteBuffer bytes(Use use, int size) {
    ByteBuffer buffer = buffers.get(use);
    if (buffer == null || buffer.capacity() < size) {
      buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
      buffers.put(use, buffer);
    }
    return buffer.clear().limit(size);
  }

  /** A buffer from 0 to {@code count}; its content is whatever was there. */
  LongBuffer longs(Use use, int count) {
    return bytes(use, Math.multiplyExact(count, Long.BYTES)).asLongBuffer();
  }
}
