package io.vignette.worker.engine.triton;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class GrpcStaysInsideTest {

  @Test
  void nobodyElseInTheWorkerKnowsGrpc() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vignette.worker.engine.triton")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.vignette.proto.inference..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.vignette.worker"));
  }
}
