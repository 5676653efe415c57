package io.vignette.standalone;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.vignette.standalone.cli.Program;

/** The program. */
@QuarkusMain
public final class Vignette {

  private Vignette() {}

  public static void main(String[] arguments) {
    System.exit(Program.run(arguments));
  }
}
