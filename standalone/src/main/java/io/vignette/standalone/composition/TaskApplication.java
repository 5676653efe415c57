package io.vignette.standalone.composition;

import io.quarkus.runtime.QuarkusApplication;

/** Runs the launched task inside Quarkus. */
public class TaskApplication implements QuarkusApplication {

  private final RunningSystem system;

  TaskApplication(RunningSystem system) {
    this.system = system;
  }

  @Override
  public int run(String... args) throws Exception {
    system.phases().reached("quarkus");
    // Nothing works without it, and whoever waits for topics would wait for ever.
    Launch launch = OneJvm.current();
    launch.broker().ready().toCompletableFuture().get();
    system.gateway().topicsReady().thenRun(() -> system.phases().reached("topics"));
    system.gateway().ready().thenRun(() -> system.phases().reached("gateway"));
    system.worker().ready().thenRun(() -> system.phases().reached("worker"));
    int exitCode = launch.task().run(system);
    if (launch.mayEndAtOnce()) {
      new PrivateEnd(launch.broker(), launch.data()).now(exitCode);
    }
    return exitCode;
  }
}
