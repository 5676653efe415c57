package io.vignette.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class ArchitectureRulesTest {

  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPackages("io.vignette.testkit.planted");

  @Test
  void aPackageCycleIsFound() {
    assertFinds(ArchitectureRules.NO_CYCLES, "planted.one");
  }

  @Test
  void aBannedNameIsFound() {
    assertFinds(ArchitectureRules.NAMES, "JobManager");
  }

  @Test
  void aMutableStaticIsFound() {
    assertFinds(ArchitectureRules.NO_MUTABLE_STATICS, "count");
  }

  @Test
  void theContractsThemselvesKeepTheRules() {
    assertThatCode(() -> ArchitectureRules.check("io.vignette.wire")).doesNotThrowAnyException();
  }

  private static void assertFinds(ArchRule rule, String violation) {
    assertThatThrownBy(() -> rule.check(PLANTED))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(violation);
  }
}
