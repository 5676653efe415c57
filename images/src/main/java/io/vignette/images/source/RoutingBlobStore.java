package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** Several stores as one: the first takes in, each reads and deletes what it understands. */
public final class RoutingBlobStore implements BlobStore {
  private final List<BlobStore> stores;

  /** The stores, at least one; the first must be able to take in. */
  public RoutingBlobStore(List<? extends BlobStore> stores) {
    if (stores.isEmpty()) {
      throw new IllegalArgumentException("blob stores: 0 (expected: at least 1)");
    }
    this.stores = List.copyOf(stores);
  }

  @Override
  public boolean understands(String reference) {
    return stores.stream().anyMatch(store -> store.understands(reference));
  }

  @Override
  public BlobReference put(InputStream in, long limitBytes) throws ImageRejectedException {
    return stores.getFirst().put(in, limitBytes);
  }

  @Override
  public byte[] read(String reference, long limitBytes) throws ImageRejectedException {
    return storeOf(reference).read(reference, limitBytes);
  }

  @Override
  public void delete(String reference) throws ImageRejectedException {
    storeOf(reference).delete(reference);
  }

  @Override
  public long deleteOlderThan(Instant instant) throws ImageRejectedException {
    long deleted = 0;
    for (BlobStore store : stores) {
      deleted += store.deleteOlderThan(instant);
    }
    return deleted;
  }

  private BlobStore storeOf(String reference) throws ImageRejectedException {
    return stores.stream()
        .filter(store -> store.understands(reference))
        .findFirst()
        .orElseThrow(() -> UnknownReference.of(reference));
  }
}
