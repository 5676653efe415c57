package io.vignette.gateway.status;

import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.State;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A job's status as one array: what a look-up or a sweep must see in front, then what {@link
 * StatusPacker} makes of the rest.
 *
 * <pre>
 *   id 16 · state 1 · since 8 · deadline 8 · rest
 * </pre>
 *
 * <p>Instants are nanoseconds since 1970, so that nothing of a timestamp is lost.
 */
final class PackedStatus {
  /** An instant that is not there, or beyond what nanoseconds can count. */
  static final long NO_SINCE = Long.MIN_VALUE;

  static final long NO_DEADLINE = Long.MAX_VALUE;
  static final int FRONT_BYTES = 4 * Long.BYTES + 1;

  private static final int STATE_AT = 2 * Long.BYTES;
  private static final int SINCE_AT = STATE_AT + 1;
  private static final int DEADLINE_AT = SINCE_AT + Long.BYTES;
  private static final long NANOS_A_MILLI = 1_000_000;

  private PackedStatus() {}

  /** A buffer of {@code restBytes} more than the front, which is written. */
  static ByteBuffer begin(UUID id, int state, long sinceNanos, long deadlineNanos, int restBytes) {
    return ByteBuffer.allocate(FRONT_BYTES + restBytes)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .put((byte) state)
        .putLong(sinceNanos)
        .putLong(deadlineNanos);
  }

  static UUID id(byte[] packed) {
    ByteBuffer front = ByteBuffer.wrap(packed);
    return new UUID(front.getLong(), front.getLong());
  }

  static boolean hasId(byte[] packed, UUID id) {
    ByteBuffer front = ByteBuffer.wrap(packed);
    return front.getLong() == id.getMostSignificantBits()
        && front.getLong() == id.getLeastSignificantBits();
  }

  static int state(byte[] packed) {
    return packed[STATE_AT];
  }

  static boolean isTerminal(byte[] packed) {
    State state = State.forNumber(state(packed));
    return state != null && JobState.isTerminal(state);
  }

  static long sinceNanos(byte[] packed) {
    return ByteBuffer.wrap(packed).getLong(SINCE_AT);
  }

  static long sinceMillis(byte[] packed) {
    return Math.floorDiv(sinceNanos(packed), NANOS_A_MILLI);
  }

  static long deadlineNanos(byte[] packed) {
    return ByteBuffer.wrap(packed).getLong(DEADLINE_AT);
  }

  /** {@link Long#MAX_VALUE} where the job has none. */
  static long deadlineMillis(byte[] packed) {
    long nanos = deadlineNanos(packed);
    return nanos == NO_DEADLINE ? Long.MAX_VALUE : Math.floorDiv(nanos, NANOS_A_MILLI);
  }
}
