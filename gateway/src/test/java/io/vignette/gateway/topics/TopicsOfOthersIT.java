package io.vignette.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.gateway.GuardedBroker;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the gateway may not make topics. */
class TopicsOfOthersIT {
  @TempDir private Path folder;

  @Test
  void topicsThatMayNotBeMadeMustBeThereAsPlanned() throws Exception {
    Topics topics = new Topics("whole");
    Topics lacking = new Topics("lacking");
    Topics other = new Topics("other");
    try (GuardedBroker broker = GuardedBroker.start(folder);
        Admin admin = broker.admin()) {
      setup(broker, topics).ensure();
      setup(broker, lacking).ensure();
      delete(admin, lacking.dead());
      TestBroker.create(admin, List.of(new NewTopic(other.jobEvents(), 5, (short) 1)));
      broker.denyTopics();

      setup(broker, topics).ensure();

      assertThatThrownBy(setup(broker, lacking)::ensure)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(TopicAuthorizationException.class)
          .hasMessageStartingWith("topics [" + lacking.dead() + "]: not there");
      assertThatThrownBy(setup(broker, other)::ensure)
          .hasMessageContaining(other.status())
          .hasMessageContaining("not ours to make");
      assertThat(names(admin)).doesNotContain(lacking.dead(), other.status());
    }
  }

  @Test
  void partitionsAreCheckedWhoeverMadeTheTopics() throws Exception {
    Topics topics = new Topics("pictures");
    try (GuardedBroker broker = GuardedBroker.start(folder);
        Admin admin = broker.admin()) {
      setup(broker, topics).ensure();
      delete(admin, topics.jobEvents());
      TestBroker.create(admin, List.of(new NewTopic(topics.jobEvents(), 5, (short) 1)));
      broker.denyTopics();

      assertThatThrownBy(setup(broker, topics)::ensure)
          .isInstanceOf(TopicMismatchException.class)
          .hasMessageContaining("5 partitions (expected: 12");
    }
  }

  private static void delete(Admin admin, String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    await().until(() -> !names(admin).contains(topic));
  }

  private static Set<String> names(Admin admin) throws Exception {
    return admin.listTopics().names().get(30, TimeUnit.SECONDS);
  }

  private static TopicSetup setup(GuardedBroker broker, Topics topics) {
    return new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.empty(), false);
  }
}
