package io.vignette.system;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A broker that speaks SASL_SSL only and lets nobody do what {@code docs/kafka-acls.txt} omits. */
final class SecuredKafka implements AutoCloseable {
  private static final String PASSWORD = "a-password";

  private final Path trust;
  private final EmbeddedBroker broker;

  private SecuredKafka(Path trust, EmbeddedBroker broker) {
    this.trust = trust;
    this.broker = broker;
  }

  static SecuredKafka start(Path folder, int port) throws Exception {
    Path keys = folder.resolve("broker.p12");
    Path certificate = folder.resolve("broker.crt");
    Path trust = folder.resolve("trust.p12");
    makeKeys(keys);
    keytool("-exportcert", "-alias", "broker", "-keystore", keys, "-file", certificate);
    keytool(
        "-importcert", "-noprompt", "-alias", "broker", "-keystore", trust, "-file", certificate);
    Path data = folder.resolve("kafka");
    // Kafka's own topics are made while nothing is locked yet.
    try (EmbeddedBroker open = EmbeddedBroker.start(new BrokerConfig(data, port, Map.of()))) {
      open.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
    EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerConfig(data, port, overrides(keys, trust)));
    broker.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    SecuredKafka kafka = new SecuredKafka(trust, broker);
    kafka.grant();
    return kafka;
  }

  private static void makeKeys(Path keys) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=IP:127.0.0.1,DNS:localhost",
        "-keystore",
        keys);
  }

  private static void keytool(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  private static Map<String, String> overrides(Path keys, Path trust) {
    Map<String, String> settings = new HashMap<>();
    settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put(
        "listener.name.clients.plain.sasl.jaas.config",
        ("org.apache.kafka.common.security.plain.PlainLoginModule required username=\"broker\""
                + " password=\"%1$s\" user_broker=\"%1$s\" user_gateway=\"%1$s\""
                + " user_worker=\"%1$s\" user_publisher=\"%1$s\" user_reader=\"%1$s\""
                + " user_stranger=\"%1$s\";")
            .formatted(PASSWORD));
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.password", PASSWORD);
    settings.put("ssl.key.password", PASSWORD);
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.location", trust.toString());
    settings.put("ssl.truststore.password", PASSWORD);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's own listener, which nobody else reaches, knows no users.
    settings.put("super.users", "User:broker;User:ANONYMOUS");
    return settings;
  }

  private void grant() throws Exception {
    List<AclBinding> bindings = new ArrayList<>();
    for (String line : Files.readAllLines(RepositoryFiles.root().resolve("docs/kafka-acls.txt"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        bindings.addAll(bindings(line.split(" ", -1)));
      }
    }
    try (Admin admin = Admin.create(properties("broker"))) {
      admin.createAcls(bindings).all().get(30, TimeUnit.SECONDS);
    }
  }

  private static List<AclBinding> bindings(String[] words) {
    ResourcePattern resource =
        new ResourcePattern(
            ResourceType.fromString(words[1].replace('-', '_')),
            words[3],
            PatternType.fromString(words[2].toUpperCase(Locale.ROOT)));
    List<AclBinding> bindings = new ArrayList<>();
    for (String operation : words[4].split(",", -1)) {
      bindings.add(
          new AclBinding(
              resource,
              new AccessControlEntry(
                  words[0], "*", AclOperation.fromString(operation), AclPermissionType.ALLOW)));
    }
    return bindings;
  }

  void createTopic(String name) throws Exception {
    try (Admin admin = Admin.create(properties("broker"))) {
      TestBroker.create(admin, List.of(new NewTopic(name, 1, (short) 1)));
    }
  }

  /** Records that were ever written to a topic. */
  long records(String topic) throws Exception {
    try (Admin admin = Admin.create(properties("broker"))) {
      Map<TopicPartition, OffsetSpec> ends =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get(30, TimeUnit.SECONDS)
              .partitions()
              .stream()
              .collect(
                  Collectors.toMap(
                      partition -> new TopicPartition(topic, partition.partition()),
                      partition -> OffsetSpec.latest()));
      return admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS).values().stream()
          .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
          .sum();
    }
  }

  /** How a user's clients reach the broker. */
  Map<String, Object> properties(String user) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "PLAIN");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, PASSWORD));
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put("ssl.truststore.location", trust.toString());
    properties.put("ssl.truststore.password", PASSWORD);
    return properties;
  }

  /** The same as a service is told it. */
  Map<String, String> variables(String user) {
    Map<String, String> variables = new HashMap<>();
    properties(user)
        .forEach(
            (name, value) ->
                variables.put(
                    "KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value.toString()));
    return variables;
  }

  @Override
  public void close() {
    broker.close();
  }
}
