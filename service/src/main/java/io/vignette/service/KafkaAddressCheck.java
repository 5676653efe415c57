package io.vignette.service;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.common.config.ConfigException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends a start whose Kafka has no address, in one sentence instead of a client's stack traces.
 *
 * <p>Clients wait for a Kafka that doesn't answer, but not for a name that nobody knows. Whoever
 * restarts the process waits for that.
 */
@Dependent
public class KafkaAddressCheck {

  void check(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 1) StartupEvent start,
      @ConfigProperty(name = "kafka.bootstrap.servers") Optional<List<String>> servers) {
    servers.ifPresent(KafkaAddressCheck::requireAddress);
  }

  private static void requireAddress(List<String> servers) {
    try {
      ClientUtils.parseAndValidateAddresses(servers, "use_all_dns_ips");
    } catch (ConfigException e) {
      throw new ConfigurationException(
          "kafka.bootstrap.servers: %s, %s (expected: host:port, by commas, one of them with an address)"
              .formatted(String.join(",", servers), e.getMessage()));
    }
  }
}
