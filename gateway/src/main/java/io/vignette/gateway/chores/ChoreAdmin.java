package io.vignette.gateway.chores;

import io.vignette.wire.KafkaConnection;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * The admin client of one chore, opened by its first pass.
 *
 * <p>One thread opens; any may close. Closing waits for no answer.
 */
public final class ChoreAdmin implements AutoCloseable {
  private final KafkaConnection kafka;
  private volatile @Nullable Admin admin;

  public ChoreAdmin(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  public Admin opened() {
    Admin current = admin;
    if (current == null) {
      current = Admin.create(kafka.properties());
      admin = current;
    }
    return current;
  }

  @Override
  public void close() {
    Admin current = admin;
    if (current != null) {
      current.close(Duration.ZERO);
    }
  }
}
