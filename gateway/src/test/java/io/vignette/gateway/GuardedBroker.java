package io.vignette.gateway;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.wire.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A broker of its own that can take rights away; nobody has a name there. */
public final class GuardedBroker implements AutoCloseable {
  private final EmbeddedBroker broker;

  private GuardedBroker(EmbeddedBroker broker) {
    this.broker = broker;
  }

  public static GuardedBroker start(Path folder) throws Exception {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            new BrokerConfig(
                folder,
                0,
                Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true")));
    broker.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    return new GuardedBroker(broker);
  }

  public KafkaConnection connection() {
    return KafkaConnection.plaintext(broker.bootstrapServers());
  }

  public Admin admin() {
    return Admin.create(connection().properties());
  }

  /** From now on nobody may make topics. */
  public void denyTopics() throws Exception {
    deny(ResourceType.CLUSTER, "kafka-cluster", AclOperation.CREATE);
    deny(ResourceType.TOPIC, "*", AclOperation.CREATE);
  }

  /** From now on nobody may read this topic. */
  public void denyReading(String topic) throws Exception {
    deny(ResourceType.TOPIC, topic, AclOperation.READ);
  }

  /** Forbids one thing; all else stays allowed, which it would not by itself. */
  private void deny(ResourceType type, String name, AclOperation operation) throws Exception {
    ResourcePattern resource = new ResourcePattern(type, name, PatternType.LITERAL);
    List<AclBinding> bindings = new ArrayList<>();
    bindings.add(binding(resource, AclOperation.ALL, AclPermissionType.ALLOW));
    bindings.add(binding(resource, operation, AclPermissionType.DENY));
    try (Admin admin = admin()) {
      admin.createAcls(bindings).all().get(30, TimeUnit.SECONDS);
    }
  }

  private static AclBinding binding(
      ResourcePattern resource, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        resource, new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
  }

  @Override
  public void close() {
    broker.close();
  }
}
