package io.vignette.ledger.topology;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that keeps less of a value than its changelog does.
 *
 * <p>Streams writes to the changelog what it puts into the store. So the changelog can serve others
 * as a topic of whole values, while the ledger remembers what it needs of them. Thread rule and
 * errors as those of Streams' own store, which this is.
 */
final class EntryStore extends InMemoryKeyValueStore {

  private final Kept kept;

  private EntryStore(String name, Kept kept) {
    super(name);
    this.kept = kept;
  }

  /** What is kept of a value. */
  @FunctionalInterface
  interface Kept {
    /** Null where the value is passed over: what was kept before stays. */
    byte @Nullable [] of(byte[] value);
  }

  /**
   * @param kept what is kept of a value; the same of what is kept already
   */
  static KeyValueBytesStoreSupplier supplier(String name, Kept kept) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new EntryStore(name, kept);
      }

      @Override
      public String metricsScope() {
        return "in-memory";
      }
    };
  }

  /** Also called for each value that is restored. */
  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    if (value == null) {
      super.put(key, null);
      return;
    }
    byte @Nullable [] remembered = kept.of(value);
    if (remembered != null) {
      super.put(key, remembered);
    }
  }

  @Override
  public byte[] putIfAbsent(Bytes key, byte[] value) {
    byte[] present = get(key);
    if (present == null) {
      put(key, value);
    }
    return present;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }
}
