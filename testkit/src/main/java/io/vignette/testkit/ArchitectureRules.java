package io.vignette.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * The architecture's rules, checked on compiled classes: no package cycles, plain packages stay
 * plain, nobody looks into {@code api}, names and fields as the house wants them.
 */
public final class ArchitectureRules {

  private static final String[] PLAIN = {
    "..gateway.admission..",
    "..ledger.state..",
    "..worker.batch..",
    "..worker.prompt..",
    "..images.codec..",
    "..images.tensor..",
    "io.vignette.models..",
    "io.vignette.records..",
    "io.vignette.wire.."
  };
  private static final String[] FRAMEWORKS = {
    "jakarta..",
    "io.quarkus..",
    "org.apache.kafka..",
    "io.grpc..",
    "io.micrometer..",
    "io.smallrye.."
  };
  private static final String BANNED_NAMES =
      ".*\\.(Abstract\\w*|Base[A-Z]\\w*|\\w*Manager|\\w*Helper|\\w*Utils?|\\w*Impl)";

  static final ArchRule NO_CYCLES =
      slices().matching("io.vignette.(**)").should().beFreeOfCycles().allowEmptyShould(true);

  static final ArchRule PLAIN_PACKAGES =
      noClasses()
          .that()
          .resideInAnyPackage(PLAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FRAMEWORKS)
          .allowEmptyShould(true);

  static final ArchRule NOBODY_LOOKS_INTO_API =
      noClasses()
          .that()
          .resideOutsideOfPackage("..gateway.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..gateway.api..")
          .allowEmptyShould(true);

  static final ArchRule NAMES =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.vignette.proto..")
          .should()
          .haveNameMatching(BANNED_NAMES)
          .allowEmptyShould(true);

  static final ArchRule NO_FIELD_INJECTION =
      noFields()
          .should()
          .beAnnotatedWith("jakarta.inject.Inject")
          .orShould()
          .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
          .allowEmptyShould(true);

  static final ArchRule NO_MUTABLE_STATICS =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("io.vignette.proto..")
          .and()
          .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
          .and()
          .areStatic()
          .should()
          .notBeFinal()
          .allowEmptyShould(true);

  private static final List<ArchRule> ALL =
      List.of(
          NO_CYCLES,
          PLAIN_PACKAGES,
          NOBODY_LOOKS_INTO_API,
          NAMES,
          NO_FIELD_INJECTION,
          NO_MUTABLE_STATICS);

  private ArchitectureRules() {}

  /**
   * Checks every rule on the main classes below {@code packages} that are on the class path.
   *
   * @throws AssertionError naming each violation
   */
  public static void check(String... packages) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(packages);
    ALL.forEach(rule -> rule.check(classes));
  }
}
