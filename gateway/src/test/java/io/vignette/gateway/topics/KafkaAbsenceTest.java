package io.vignette.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaAbsenceTest {

  @Test
  void namesThatDoNotResolveYetAreAnAbsence() {
    assertThat(KafkaAbsence.explaining(failureOf("nowhere.invalid:9092")))
        .contains("No resolvable bootstrap urls given in bootstrap.servers");
    assertThat(KafkaAbsence.explaining(failureOf("nowhere.invalid:9092,nor.here.invalid:9092")))
        .isPresent();
  }

  @Test
  void addressesThatAreNoneStayWrong() {
    assertThat(KafkaAbsence.explaining(failureOf("nowhere.invalid"))).isEmpty();
    assertThat(KafkaAbsence.explaining(failureOf(""))).isEmpty();
  }

  @Test
  void whatKafkaAnswersDecides() {
    assertThat(KafkaAbsence.explaining(new TimeoutException("no answer"))).contains("no answer");
    assertThat(KafkaAbsence.explaining(new TopicAuthorizationException("no"))).isEmpty();
  }

  private static Throwable failureOf(String bootstrapServers) {
    return catchThrowable(
        () -> Admin.create(Map.of("bootstrap.servers", bootstrapServers)).close());
  }
}
