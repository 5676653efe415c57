package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.EngineHealth.State;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TritonLogTest {
  private final Logger logger = Logger.getLogger("io.vignette.worker");
  private final Recorder recorder = new Recorder();
  private final TritonLog log = new TritonLog();

  @BeforeEach
  void listen() {
    logger.addHandler(recorder);
  }

  @AfterEach
  void cease() {
    logger.removeHandler(recorder);
  }

  @Test
  void saysWhatKeepsTheEngineFromBecomingReady() {
    log.changed(new EngineHealth(State.STARTING, "Connection refused"));
    log.changed(new EngineHealth(State.UNAVAILABLE, "serves other models"));

    assertThat(recorder.said)
        .containsExactly(
            "WARN CAP-1012 engine not ready yet: Connection refused",
            "WARN CAP-1012 engine not ready yet: serves other models");
  }

  @Test
  void leavesToTheWorkerWhatComesAfterwards() {
    log.changed(new EngineHealth(State.READY, "Triton"));
    log.changed(new EngineHealth(State.UNAVAILABLE, "gone"));

    assertThat(recorder.said).isEmpty();
  }

  @Test
  void closingIsNoTrouble() {
    log.changed(new EngineHealth(State.CLOSED, "closed"));

    assertThat(recorder.said).isEmpty();
  }

  private static final class Recorder extends Handler {
    private final List<String> said = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      Level level = record.getLevel();
      said.add(level + " " + ((ExtLogRecord) record).getFormattedMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
