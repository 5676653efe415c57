package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long results stand still by kind and length of an outage; runs only when it is
 * named, as its name has it:
 *
 * <pre>
 * ./vignette mvn -pl ledger -am verify -Dtest=none -Dit.test=LedgerOutageSuite \
 *   -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
 *   -Doutages=BROKER_KILLED:180,BROKER_PAUSED:60,LEDGER_KILLED:0
 * </pre>
 *
 * <p>With {@code -Doutages.gateway=FOLDER/gateway-service/target/quarkus-app/quarkus-run.jar} two
 * packaged gateways take the place of two bare ledgers.
 *
 * <p>Prints one row for each outage, seconds. Asserts only that no result is lost or doubled.
 */
class LedgerOutageSuite {
  private static final String USUAL =
      "BROKER_KILLED:10,BROKER_STOPPED:10,BROKER_PAUSED:10,LEDGER_KILLED:0,LEDGER_PAUSED:10,"
          + "BROKER_KILLED:60,BROKER_PAUSED:60,BROKER_KILLED:180";

  @Test
  void resultsFlowAgainAfterEveryKindOfOutage(@TempDir Path folder) throws Exception {
    String gateway = System.getProperty("outages.gateway", "");
    try (OutageRig rig =
        gateway.isEmpty() ? OutageRig.start(folder) : OutageRig.start(folder, Path.of(gateway))) {
      System.out.println("| outage | away | first result after | flowing after | longest apart |");
      System.out.println("|---|---|---|---|---|");
      for (String outage : System.getProperty("outages", USUAL).split(",", -1)) {
        String[] parts = outage.split(":", 2);
        OutageRig.Effect effect =
            rig.suffer(Outage.valueOf(parts[0]), Duration.ofSeconds(Long.parseLong(parts[1])));
        System.out.printf(
            "| %s | %s | %s | %s | %s |%n",
            parts[0].toLowerCase(Locale.ROOT).replace('_', ' '),
            seconds(effect.away()),
            seconds(effect.first()),
            seconds(effect.flowing()),
            seconds(effect.apart()));
      }
      assertThat(rig.settle()).as("jobs with more than one result").isZero();
    }
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1e3);
  }
}
