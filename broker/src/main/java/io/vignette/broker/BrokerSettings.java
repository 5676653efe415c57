package io.vignette.broker;

import java.util.Properties;

/**
 * The settings of an embedded broker: one node on the loopback, small buffers, few threads, quick
 * groups and transactions.
 *
 * @see <a href="https://kafka.apache.org/documentation/#brokerconfigs">Kafka, broker configs</a>
 */
final class BrokerSettings {

  static final int NODE_ID = 1;

  private BrokerSettings() {}

  static Properties of(BrokerConfig config, BoundSockets sockets) {
    Properties settings = new Properties();
    node(settings, config, sockets);
    oneReplicaEach(settings);
    groups(settings);
    transactions(settings);
    small(settings);
    settings.putAll(config.overrides());
    return settings;
  }

  private static void node(Properties settings, BrokerConfig config, BoundSockets sockets) {
    String clients = BoundSockets.CLIENTS + "://127.0.0.1:" + sockets.clientPort();
    String controller = BoundSockets.CONTROLLER + "://127.0.0.1:" + sockets.controllerPort();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + sockets.controllerPort());
    settings.put("listeners", clients + "," + controller);
    settings.put("advertised.listeners", clients);
    settings.put("controller.listener.names", BoundSockets.CONTROLLER);
    settings.put("inter.broker.listener.name", BoundSockets.CLIENTS);
    settings.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", config.dataFolder().toAbsolutePath().toString());
    settings.put("auto.create.topics.enable", "false");
    // 256 KiB of inline picture and the rest of a job fit easily; the gateway refuses more.
    settings.put("message.max.bytes", Integer.toString(1 << 20));
    // So that it bounds what consumers unpack.
    settings.put("compression.type", "uncompressed");
  }

  private static void oneReplicaEach(Properties settings) {
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "2");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "2");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "2");
  }

  /** A member learns of its partitions with a heartbeat: the first lease waits for two of them. */
  private static void groups(Properties settings) {
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.consumer.min.session.timeout.ms", "6000");
    settings.put("group.consumer.session.timeout.ms", "10000");
    settings.put("group.consumer.min.heartbeat.interval.ms", "100");
    settings.put("group.consumer.heartbeat.interval.ms", "100");
    settings.put("group.share.min.session.timeout.ms", "6000");
    settings.put("group.share.session.timeout.ms", "10000");
    settings.put("group.share.min.heartbeat.interval.ms", "100");
    settings.put("group.share.heartbeat.interval.ms", "100");
    settings.put("group.share.min.record.lock.duration.ms", "1000");
    settings.put("group.share.max.record.lock.duration.ms", "3600000");
    settings.put("group.share.assignment.interval.ms", "0");
    settings.put("group.share.initial.rebalance.delay.ms", "0");
  }

  /** An open transaction of a dead ledger blocks readers: it is aborted soon. */
  private static void transactions(Properties settings) {
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
  }

  private static void small(Properties settings) {
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "1");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(10 << 20));
    settings.put("log.cleaner.io.buffer.size", Integer.toString(128 << 10));
    settings.put("group.coordinator.threads", "1");
    settings.put("share.coordinator.threads", "1");
    settings.put("transaction.max.timeout.ms", "60000");
    // Leadership of a single node is never in question.
    settings.put("controller.quorum.election.timeout.ms", "200");
    settings.put("controller.quorum.election.backoff.max.ms", "100");
    settings.put("initial.broker.registration.timeout.ms", "20000");
  }
}
