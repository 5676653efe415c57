package io.vignette.worker.engine.openai;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Nobody in the worker but this adapter speaks HTTP of its own. */
class HttpClientRuleTest {

  @Test
  void onlyThisPackageUsesTheHttpClient() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..engine.openai..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.net.http..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.vignette.worker"));
  }
}
