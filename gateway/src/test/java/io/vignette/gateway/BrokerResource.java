package io.vignette.gateway;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vignette.testkit.TestBroker;
import java.util.Map;

/** A real broker for the application under test. */
public class BrokerResource implements QuarkusTestResourceLifecycleManager {

  @Override
  public Map<String, String> start() {
    TestBroker broker = TestBroker.shared();
    return Map.of(
        "kafka.bootstrap.servers",
        broker.bootstrapServers(),
        "test.topics.prefix",
        broker.freshTopics().prefix());
  }

  @Override
  public void stop() {
    // The broker ends with the JVM.
  }
}
