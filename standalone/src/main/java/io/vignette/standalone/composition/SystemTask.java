package io.vignette.standalone.composition;

/** What is done with a running system. */
@FunctionalInterface
public interface SystemTask {

  /**
   * Runs while the system is up; the system stops when it returns.
   *
   * @return the program's exit code
   */
  int run(RunningSystem system) throws Exception;
}
