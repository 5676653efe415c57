package io.vignette.standalone.composition;

import io.vignette.gateway.GatewayLifecycle;
import io.vignette.gateway.submission.Submissions;
import io.vignette.images.source.RunFiles;
import io.vignette.wire.Topics;
import io.vignette.worker.WorkerLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/** The parts of the running system that a task works with. */
@ApplicationScoped
public class RunningSystem {

  private final Submissions submissions;
  private final GatewayLifecycle gateway;
  private final WorkerLifecycle worker;
  private final Topics topics;
  private final Launch launch;

  RunningSystem(
      Submissions submissions,
      GatewayLifecycle gateway,
      WorkerLifecycle worker,
      Topics topics,
      Launch launch) {
    this.submissions = submissions;
    this.gateway = gateway;
    this.worker = worker;
    this.topics = topics;
    this.launch = launch;
  }

  public Submissions submissions() {
    return submissions;
  }

  public GatewayLifecycle gateway() {
    return gateway;
  }

  public WorkerLifecycle worker() {
    return worker;
  }

  public RunFiles runFiles() {
    return launch.runFiles();
  }

  public Topics topics() {
    return topics;
  }

  public String bootstrapServers() {
    return launch.broker().bootstrapServers();
  }

  /** Completes if the broker fails while it runs. */
  public CompletionStage<Throwable> brokerFault() {
    return launch.broker().fault();
  }

  public StartPhases phases() {
    return launch.phases();
  }
}
